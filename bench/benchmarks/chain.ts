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
const SHORT = 2;
const THEIR_STEPS = 10;

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
    const firstSteps = { what: `first ${STRETCH} steps`, quantity: perStep(median(first)) };
    return [
      atMost(`chain of ${steps} steps`, perStep(median(all)), 2),
      atMostTimes(`chain of ${steps} steps: last ${STRETCH} steps`, perStep(median(last)), firstSteps, 1.2),
      await againstPython(context),
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

/** What one more step of a short chain costs on both sides. No promise: the long chain above has one. */
async function againstPython({ folder, python, quick }: BenchContext): Promise<Row> {
  const name = `chain of ${THEIR_STEPS} steps: per step`;
  const more = THEIR_STEPS - SHORT;
  const ours = { short: await chainOf(folder, SHORT), long: await chainOf(folder, THEIR_STEPS) };
  if ("missing" in python) {
    const { short, long } = await inTurns(quick ? 1 : 5, ours);
    return { ...plain(name, perStep((long - short) / more)), missing: python.missing };
  }
  const theirs = {
    theirShort: await pythonChainOf(python, folder, SHORT),
    theirLong: await pythonChainOf(python, folder, THEIR_STEPS),
  };
  const times = await inTurns(quick ? 1 : 3, { ...ours, ...theirs }, { warmUp: !quick });
  const quantity = perStep((times.theirLong - times.theirShort) / more);
  return compare(name, perStep((times.long - times.short) / more), { what: python.name, quantity });
}

async function chainOf(folder: string, steps: number): Promise<() => Promise<number>> {
  const project = await createProject(await subfolder(folder), chainFlow(steps).ts);
  return async () => (await project.cli(["flow.ts", "run"])).ms;
}

async function pythonChainOf(python: Python, folder: string, steps: number): Promise<() => Promise<number>> {
  const run = await python.project(await subfolder(folder), chainFlow(steps).python);
  return () => run(["run"]);
}
