/** Runs the penguin flow the way a person does, then reads what it left. */
import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import { createClient, type Task } from "@metaflow-ts/core/client";

process.chdir(import.meta.dirname);
console.log("$ metaflow penguins.ts run\n");
const { status } = spawnSync("metaflow", ["penguins.ts", "run"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (status !== 0) process.exit(status ?? 1);

const client = await createClient();
const run = await client.flow("PenguinFlow").latestSuccessfulRun();
const parameters = new Set(Object.keys(await run.parameters()));

console.log("\nWhat it made (each artifact where it first has its value; read with @metaflow-ts/core/client)\n");
const rows: string[][] = [["task", "artifact", "type", "bytes", "value"]];
const seen = new Set<string>();
for (const step of await run.steps()) {
  for await (const task of step.tasks()) rows.push(...(await newArtifacts(task)));
}
printTable(rows);

console.log(`
Try next

  npx -y pnpm@12 -C examples metaflow penguins.ts status
  npx -y pnpm@12 -C examples metaflow penguins.ts run --target 0.999
  npx -y pnpm@12 -C examples metaflow penguins.ts dump latest/explain --include mistakes,report
`);

async function newArtifacts(task: Task): Promise<string[][]> {
  const made: string[][] = [];
  for (const artifact of task.artifacts()) {
    if (parameters.has(artifact.name)) continue;
    const value = await artifact.value();
    const identity = `${artifact.name} ${artifact.sha256 ?? inspect(value)}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    const { name, type, size } = artifact;
    made.push([`${task.stepName}/${task.id}`, name, type, String(size), preview(value)]);
  }
  return made;
}

/** A value on one line of at most 80 characters. */
function preview(value: unknown): string {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 1, maxArrayLength: 3 });
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

function printTable(rows: readonly string[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) console.log(`  ${row.map((cell, k) => cell.padEnd(widths[k] ?? 0)).join("  ")}`.trimEnd());
}
