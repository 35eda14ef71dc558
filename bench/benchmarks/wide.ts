import type { Benchmark } from "../lib/benchmark.ts";
import { createProject, type FinishedRun, WORKERS } from "../lib/cli.ts";
import { foreachFlow } from "../lib/flows.ts";
import { megabytes, milliseconds } from "../lib/quantity.ts";
import { median } from "../lib/repeat.ts";
import { atMost, notMeasured, type Row } from "../lib/rows.ts";

const MEMORY_LIMIT = 512;

/** A very wide foreach: its time, its memory, the join of all its items, and a resume that takes all of them over. */
export const wide: Benchmark = {
  name: "wide",
  async run({ folder, quick }) {
    const width = quick ? 1000 : 10_000;
    const options = ["--max-num-splits", String(width), ...WORKERS];
    const project = await createProject(folder, foreachFlow.ts);
    const runs: FinishedRun[] = [];
    const resumes: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      runs.push(await project.flow(["run", "--width", String(width), ...options], { memory: true }));
      const resumed = await project.flow(["resume", "end", ...options]);
      const carried = resumed.events.reduce((sum, { count = 0 }) => sum + count, 0);
      if (carried !== width + 2) throw new Error(`The resume took over ${carried} tasks instead of ${width + 2}.`);
      resumes.push(resumed.ms);
    }
    const joins = runs.map(({ events }) => joinTime(events));
    return [
      atMost(`foreach of ${width} items`, milliseconds(median(runs.map(({ ms }) => ms))), 30_000),
      memoryRow(`foreach of ${width} items: memory of all processes`, runs),
      atMost(`join over ${width} inputs`, milliseconds(median(joins)), 3000),
      atMost(`resume that carries over ${width} tasks`, milliseconds(median(resumes)), 3000),
    ];
  },
};

/** The whole time of the join's task, from its start to its commit. */
function joinTime(events: FinishedRun["events"]): number {
  const found = events.find(({ type, step }) => type === "task.finished" && step === "join");
  return found?.durationMs ?? Number.NaN;
}

function memoryRow(name: string, runs: readonly FinishedRun[]): Row {
  const peaks = runs.map(({ peakBytes }) => peakBytes).filter((peak) => peak !== null);
  if (peaks.length === 0) return notMeasured(name, `≤ ${MEMORY_LIMIT} MB`, "needs /proc");
  return atMost(name, megabytes(Math.max(...peaks)), MEMORY_LIMIT);
}
