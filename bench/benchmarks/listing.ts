import type { Benchmark } from "../lib/benchmark.ts";
import { createProject } from "../lib/cli.ts";
import { fillRecords, listedSource, timeFailedTasks, timeNewestRuns } from "../lib/many-records.ts";
import { milliseconds } from "../lib/quantity.ts";
import { inTurns } from "../lib/repeat.ts";
import { atMost } from "../lib/rows.ts";

const LIMIT = 200;

/** Looking among many: the newest of the runs, and the failed of the tasks. */
export const listing: Benchmark = {
  name: "listing",
  async run({ folder, quick }) {
    const count = quick ? 1000 : 10_000;
    const project = await createProject(folder, listedSource);
    await project.flow(["run", "--max-workers", "1"], { exitCode: 1 });
    const datastore = { root: project.datastore };
    await fillRecords(datastore, count);
    const times = await inTurns(7, {
      runs: () => timeNewestRuns(datastore),
      failed: () => timeFailedTasks(datastore),
    });
    return [
      atMost(`newest page of ${count} runs`, milliseconds(times.runs), LIMIT),
      atMost(`failed tasks of a run of ${count} tasks`, milliseconds(times.failed), LIMIT),
    ];
  },
};
