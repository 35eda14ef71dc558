/**
 * Measures what the project promises about speed, in real runs of the built command, and prints one table.
 *
 *   --only <name>   benchmarks whose name contains this; may be given several times
 *   --quick         smaller sizes and fewer repetitions
 *   --json          the rows as JSON instead
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buffer } from "./benchmarks/buffer.ts";
import { chain } from "./benchmarks/chain.ts";
import { files } from "./benchmarks/files.ts";
import { foreach } from "./benchmarks/foreach.ts";
import { listing } from "./benchmarks/listing.ts";
import { codePackage } from "./benchmarks/package.ts";
import { plugins } from "./benchmarks/plugins.ts";
import { start } from "./benchmarks/start.ts";
import { stores } from "./benchmarks/stores.ts";
import { types } from "./benchmarks/types.ts";
import { wide } from "./benchmarks/wide.ts";
import type { BenchContext, Benchmark } from "./lib/benchmark.ts";
import { findPython } from "./lib/python.ts";
import { notMeasured, type Row } from "./lib/rows.ts";
import { formatTable } from "./lib/table.ts";

const benchmarks: readonly Benchmark[] = [
  start,
  plugins,
  foreach,
  wide,
  chain,
  buffer,
  listing,
  types,
  files,
  codePackage,
  ...stores,
];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

/** A benchmark that breaks does not take the others with it, but the command fails. */
async function measure(benchmark: Benchmark, shared: Omit<BenchContext, "folder">): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), `bench-${benchmark.name}-`));
  console.error(`measuring: ${benchmark.name}`);
  try {
    return await benchmark.run({ ...shared, folder });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    return [notMeasured(benchmark.name, "", "it failed, see above")];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Under what circumstances the numbers came about. Others that use the machine show in its load. */
function circumstances(loadBefore: number): string {
  const loads = [loadBefore, loadavg()[0] ?? 0].map((load) => load.toFixed(1));
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  return `Node ${process.versions.node}, ${machine}, load ${loads.join(" before and ")} after`;
}

const { only, quick, json } = values;
const chosen = benchmarks.filter(({ name }) => only === undefined || only.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`No benchmark has such a name. There are: ${benchmarks.map(({ name }) => name).join(", ")}.`);
  process.exitCode = 2;
} else {
  const loadBefore = loadavg()[0] ?? 0;
  const python = await findPython();
  const rows: Row[] = [];
  for (const benchmark of chosen) rows.push(...(await measure(benchmark, { quick, python })));
  console.log(json ? JSON.stringify(rows, null, 2) : `\n${formatTable(rows)}\n\n${circumstances(loadBefore)}`);
}
