import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject } from "../lib/cli.ts";
import { helloFlow } from "../lib/flows.ts";
import { subfolder } from "../lib/folders.ts";
import { milliseconds } from "../lib/quantity.ts";
import { inTurns } from "../lib/repeat.ts";
import { atMostOver } from "../lib/rows.ts";

const COUNT = 20;

/** What plugins cost that are installed and not used: their package.json is read, their code is not imported. */
export const plugins: Benchmark = {
  name: "plugins",
  async run({ folder, quick }) {
    const bare = await subfolder(folder);
    const full = await subfolder(folder);
    await writeFile(join(bare, "package.json"), JSON.stringify({ name: "bare", dependencies: {} }));
    await installPlugins(full);
    const without = await createProject(bare, helloFlow.ts);
    const withThem = await createProject(full, helloFlow.ts);
    const measured = await inTurns(quick ? 3 : 15, {
      without: async () => (await without.cli(["flow.ts", "show"])).ms,
      withThem: async () => (await withThem.cli(["flow.ts", "show"])).ms,
    });
    const reference = { what: "without any", quantity: milliseconds(measured.without) };
    return [
      atMostOver(`show with ${COUNT} plugins that it does not use`, milliseconds(measured.withThem), reference, 20),
    ];
  },
};

/** As a package manager lays them out, each with several kinds and a peer. */
async function installPlugins(folder: string): Promise<void> {
  const names = Array.from({ length: COUNT }, (_, i) => `metaflow-bench-${i}`);
  const dependencies = Object.fromEntries(names.map((name) => [name, "1"]));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "full", dependencies }));
  const packages = [["peer", {}] as const, ...names.map((name, i) => [name, manifestOf(i)] as const)];
  for (const [name, more] of packages) {
    const home = join(folder, "node_modules", name);
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "package.json"), JSON.stringify({ name, version: "1.0.0", type: "module", ...more }));
    await writeFile(join(home, "index.js"), `throw new Error("nobody imports this");`);
  }
}

function manifestOf(i: number): object {
  const commands = [{ name: `bench-${i}`, summary: "do nothing" }];
  const metaflow = {
    contract: 1,
    decorators: [`deco${i}`],
    datastores: [`store${i}`],
    observers: [`seen${i}`],
    commands,
  };
  return { exports: "./index.js", metaflow, peerDependencies: { peer: "^1.0.0" } };
}
