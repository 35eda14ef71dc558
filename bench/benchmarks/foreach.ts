import type { Benchmark } from "../lib/benchmark.ts";
import { createProject, WORKERS } from "../lib/cli.ts";
import { foreachFlow } from "../lib/flows.ts";
import { inTurns } from "../lib/repeat.ts";
import { timesLess } from "../lib/rows.ts";

const TIMES = 100;

/**
 * What one more item of a foreach costs: a wide run less a run of one item. Python is measured at a smaller width,
 * since each of its tasks is a process of its own and costs the same.
 */
export const foreach: Benchmark = {
  name: "foreach",
  async run({ folder, python, quick }) {
    const width = quick ? 200 : 1000;
    const theirWidth = quick ? 7 : 25;
    const project = await createProject(folder, foreachFlow.ts);
    const run = async (items: number): Promise<number> =>
      (await project.cli(["flow.ts", "run", "--width", String(items), ...WORKERS])).ms;
    const name = `foreach of ${width} items: per task`;
    const perTask = (one: number, many: number, items: number) =>
      ({ value: (many - one) / (items - 1), unit: "ms/task" }) as const;

    const rounds = quick ? 1 : 3;
    if ("missing" in python) {
      const { one, many } = await inTurns(rounds, { one: () => run(1), many: () => run(width) });
      return [timesLess(name, perTask(one, many, width), python, TIMES)];
    }
    const theirs = await python.project(folder, foreachFlow.python);
    const theirRun = (items: number): Promise<number> => theirs(["run", "--width", String(items), ...WORKERS]);
    const both = await inTurns(
      rounds,
      { one: () => run(1), many: () => run(width), theirOne: () => theirRun(1), theirMany: () => theirRun(theirWidth) },
      { warmUp: false },
    );
    const quantity = perTask(both.theirOne, both.theirMany, theirWidth);
    return [timesLess(name, perTask(both.one, both.many, width), { what: python.name, quantity }, TIMES)];
  },
};
