import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject } from "../lib/cli.ts";
import { helloFlow } from "../lib/flows.ts";
import { runProcess } from "../lib/processes.ts";
import { milliseconds } from "../lib/quantity.ts";
import { inTurns } from "../lib/repeat.ts";
import { atMostOver, plain, type Row, timesLess } from "../lib/rows.ts";

/** What a person waits for: the command itself, a flow of two steps, and a look at its graph. */
export const start: Benchmark = {
  name: "start",
  async run({ folder, python, quick }) {
    const project = await createProject(folder, helloFlow.ts);
    await writeFile(join(folder, "empty.mjs"), "");
    const ours = await inTurns(quick ? 3 : 9, {
      node: async () => (await runProcess(process.execPath, ["empty.mjs"], { cwd: folder })).ms,
      version: async () => (await project.cli(["--version"])).ms,
      show: async () => (await project.cli(["flow.ts", "show"])).ms,
      hello: async () => (await project.cli(["flow.ts", "run"])).ms,
    });
    const node = { what: "bare Node", quantity: milliseconds(ours.node) };
    return [
      plain("bare Node", node.quantity),
      atMostOver("--version", milliseconds(ours.version), node, 80),
      atMostOver("hello: two steps", milliseconds(ours.hello), node, 350),
      ...(await againstPython()),
    ];

    async function againstPython(): Promise<readonly Row[]> {
      const names = ["hello: two steps", "show"] as const;
      if ("missing" in python) {
        return [
          timesLess(names[0], milliseconds(ours.hello), python, 5),
          timesLess(names[1], milliseconds(ours.show), python, 3),
        ];
      }
      const theirs = await python.project(folder, helloFlow.python);
      const both = await inTurns(quick ? 1 : 5, {
        hello: async () => (await project.cli(["flow.ts", "run"])).ms,
        theirHello: () => theirs(["run"]),
        show: async () => (await project.cli(["flow.ts", "show"])).ms,
        theirShow: () => theirs(["show"]),
      });
      const reference = (ms: number) => ({ what: python.name, quantity: milliseconds(ms) });
      return [
        timesLess(names[0], milliseconds(both.hello), reference(both.theirHello), 5),
        timesLess(names[1], milliseconds(both.show), reference(both.theirShow), 3),
      ];
    }
  },
};
