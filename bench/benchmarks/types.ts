import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Benchmark } from "../lib/benchmark.ts";
import { corePackage } from "../lib/cli.ts";
import { runProcess } from "../lib/processes.ts";
import { megabytes, milliseconds } from "../lib/quantity.ts";
import { median } from "../lib/repeat.ts";
import { atMost } from "../lib/rows.ts";

const STEPS = 200;

type LargeFlow = (steps: number, folders: { readonly flow: string; readonly params: string }) => string;

/** The type check of a flow with many steps of every kind. */
export const types: Benchmark = {
  name: "types",
  async run({ folder, quick }) {
    await writeProject(folder);
    const root = createRequire(join(corePackage, "../../package.json"));
    const tsc = join(dirname(root.resolve("typescript7/package.json")), "bin/tsc");
    const times: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const args = [tsc, "-p", folder, "--extendedDiagnostics"];
      const { stdout } = await runProcess(process.execPath, args, { cwd: folder });
      times.push(told(stdout, "Total time") * 1000);
      memory.push(told(stdout, "Memory used") * 1024);
    }
    return [
      atMost(`type check of a flow of ${STEPS} steps`, milliseconds(median(times)), 5000),
      atMost(`type check of a flow of ${STEPS} steps: memory`, megabytes(median(memory)), 500),
    ];
  },
};

async function writeProject(folder: string): Promise<void> {
  const generator = pathToFileURL(join(corePackage, "test/types/large-flow.ts")).href;
  const { largeFlow } = (await import(generator)) as { readonly largeFlow: LargeFlow };
  const sources = join(corePackage, "src");
  const source = largeFlow(STEPS, { flow: join(sources, "flow"), params: join(sources, "params") });
  await writeFile(join(folder, "flow.ts"), source);
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const config = {
    extends: join(corePackage, "../../tsconfig.base.json"),
    compilerOptions: { types: ["node"], typeRoots: [join(corePackage, "node_modules/@types")] },
    files: ["flow.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
}

/** Seconds, or kilobytes. */
function told(diagnostics: string, what: string): number {
  return Number(new RegExp(`^${what}:\\s+([\\d.]+)`, "m").exec(diagnostics)?.[1]);
}
