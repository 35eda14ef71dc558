import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject } from "../lib/cli.ts";
import { helloFlow } from "../lib/flows.ts";
import { runProcess } from "../lib/processes.ts";
import { kilobytes, milliseconds } from "../lib/quantity.ts";
import { inTurns } from "../lib/repeat.ts";
import { atMost, plain } from "../lib/rows.ts";

/** A code package of a small flow: what it weighs, what making it adds to a command, a task in a place with nothing. */
export const codePackage: Benchmark = {
  name: "package",
  async run({ folder, quick }) {
    const project = await createProject(folder, helloFlow.ts);
    const info = JSON.parse((await project.cli(["flow.ts", "package", "info", "--json"])).stdout) as {
      readonly size: number;
      readonly runtime: { readonly size: number };
    };
    const times = quick ? 2 : 7;
    const { without, made } = await inTurns(times, {
      without: async () => (await project.cli(["flow.ts", "init", "--no-code-package"])).ms,
      made: async () => (await project.cli(["flow.ts", "init"])).ms,
    });
    await project.cli(["flow.ts", "init", "--run-id", "elsewhere"]);
    const files = join(folder, "files");
    const words = ["bootstrap", "HelloFlow/elsewhere", files, "--json", "--", "version"];
    const { command } = JSON.parse((await project.cli(words)).stdout) as { readonly command: readonly string[] };
    let place = 0;
    const { fresh, again } = await inTurns(times, {
      fresh: () => {
        place += 1;
        return startIn(join(folder, `place-${place}`));
      },
      again: () => startIn(join(folder, "place")),
    });
    return [
      atMost("code package of two steps", kilobytes(info.size), 50),
      plain("runtime, shared by all flows", kilobytes(info.runtime.size)),
      plain("init, without a package", milliseconds(without)),
      plain("init, package known", milliseconds(made)),
      plain("`metaflow version` in an empty folder", milliseconds(fresh)),
      plain("the same, unpacked before", milliseconds(again)),
    ];

    async function startIn(cwd: string): Promise<number> {
      await mkdir(cwd, { recursive: true });
      const [, program = "", ...rest] = command;
      return (await runProcess(process.execPath, [join(files, program), ...rest], { cwd })).ms;
    }
  },
};
