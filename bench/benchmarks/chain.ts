import type { BenchContext, Benchmark } from "../lib/benchmark.ts";
import { createProject, type RunEvent } from "../lib/cli.ts";
import { chainFlow } from "../lib/flows.ts";
import { subfolder } from "../lib/folders.ts";
import type { Python } from "../lib/python.ts";
import type { Quantity } from "../lib/quantity.ts";
import { inTurns, median } from "../lib/repeat.ts";
import { atMost, atMostTimes, compare, plain, type Row } from "../lib/rows.ts";

/** Steps of the stretches that are compared. */
const STRETCH = 100;

/** Steps of Python's chains. */
const SHORT = 2;
const LONG = 10;

const perStep = (value: number): Quantity => ({ value, unit: "ms/step" });

/** A long chain: what a step costs after start-up, and whether the last ones cost more than the first. */
export const chain: Benchmark = {
  name: "chain",
  async run(context) {
    const steps = context.quick ? 300 : 1000;
    const project = await createProject(context.folder, chainFlow(steps).ts);
    const all: number[] = [];
    const first: number[] = [];
    const last: number[] = [];
    for (let round = 0; round < (context.quick ? 1 : 5); round += 1) {
      const ends = endsOf((await project.flow(["run"])).events);
      all.push(pace(ends, 0, steps - 1));
      first.push(pace(ends, 0, STRETCH));
      last.push(pace(ends, steps - 1 - STRETCH, steps - 1));
    }
    const ours = perStep(median(all));
    const firstSteps = { what: `first ${STRETCH} steps`, quantity: perStep(median(first)) };
    return [
      atMost(`chain of ${steps} steps`, ours, 2),
      atMostTimes(`chain of ${steps} steps: last ${STRETCH} steps`, perStep(median(last)), firstSteps, 1.2),
      await againstPython(`chain of ${steps} steps: per step`, ours, context),
    ];
  },
};

/** When each step ended, in order. */
function endsOf(events: readonly RunEvent[]): readonly number[] {
  return events.filter(({ type }) => type === "task.finished").map(({ at }) => at);
}

/** Milliseconds per step between the ends of two of them. */
function pace(ends: readonly number[], from: number, to: number): number {
  return ((ends[to] ?? Number.NaN) - (ends[from] ?? Number.NaN)) / (to - from);
}

/**
 * Python's chain is short, and what one more step costs there is the difference of two runs. Without a target: the
 * chain above has one.
 */
async function againstPython(name: string, ours: Quantity, { folder, python, quick }: BenchContext): Promise<Row> {
  if ("missing" in python) return { ...plain(name, ours), missing: python.missing };
  const times = await inTurns(
    quick ? 1 : 3,
    { short: await pythonChain(python, folder, SHORT), long: await pythonChain(python, folder, LONG) },
    { warmUp: !quick },
  );
  const quantity = perStep((times.long - times.short) / (LONG - SHORT));
  return compare(name, ours, { what: python.name, quantity });
}

async function pythonChain(python: Python, folder: string, steps: number): Promise<() => Promise<number>> {
  const run = await python.project(await subfolder(folder), chainFlow(steps).python);
  return () => run(["run"]);
}
