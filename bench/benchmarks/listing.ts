import { createClient } from "@metaflow-ts/core/client";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject } from "../lib/cli.ts";
import { milliseconds } from "../lib/quantity.ts";
import { openRecordStore } from "../lib/record-store.ts";
import { inTurns } from "../lib/repeat.ts";
import { atMost } from "../lib/rows.ts";

const LIMIT = 200;
const FAILED = 20;

/** One item of two fails: its records are copied until there are enough of them. */
const FLOW = `import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

export default class ListedFlow extends FlowSpec {
  items = [0, 1];

  @step start() {
    this.next(this.work, { foreach: this.items });
  }
  @step work(item: number) {
    if (item === 1) throw new Error("no");
    this.next(this.join);
  }
  @step join(inputs: Inputs<ListedFlow>) {
    this.next(this.end);
  }
  @step end() {}
}
`;

/** Looking among many: the newest of the runs, and the failed of the tasks. */
export const listing: Benchmark = {
  name: "listing",
  async run({ folder, quick }) {
    const count = quick ? 1000 : 10_000;
    const project = await createProject(folder, FLOW);
    await project.flow(["run", "--max-workers", "1"], { exitCode: 1 });
    const runId = await fill(project.datastore, count);
    const open = async () => (await createClient({ datastore: { root: project.datastore } })).flow("ListedFlow");
    const times = await inTurns(7, {
      runs: () => timed(20, async () => (await (await open()).runs().page()).items.length),
      failed: () =>
        timed(FAILED, async () => {
          const run = await (await open()).run(runId);
          return (await run.failedTasks().page({ limit: FAILED })).items.length;
        }),
    });
    return [
      atMost(`newest page of ${count} runs`, milliseconds(times.runs), LIMIT),
      atMost(`failed tasks of a run of ${count} tasks`, milliseconds(times.failed), LIMIT),
    ];
  },
};

/** Copies the one run, and its tasks, until there are so many. Gives the id of the run with many tasks. */
async function fill(datastore: string, count: number): Promise<string> {
  const flow = "ListedFlow";
  const client = await createClient({ datastore: { root: datastore } });
  const { id } = await client.flow(flow).latestRun();
  const records = await openRecordStore(datastore);
  const [run, task, failed] = await Promise.all([
    records.readRun(flow, id),
    records.readTask(flow, id, "work", "i0"),
    records.readFailedAttempt(flow, id, "work", "i1", 0),
  ]);
  if (run === null || task === null || failed === null) throw new Error("The flow did not leave what was expected.");
  const startedAt = Number(run.startedAt);
  for (let k = 1; k < count; k += 1) {
    await records.createRun({ ...run, runId: String(Number(id) - k * 1000), startedAt: startedAt - k });
  }
  for (let k = 2; k < count; k += 1) {
    if (k % (count / FAILED) === 0) await records.saveFailedAttempt({ ...failed, task: `i${k}` });
    else await records.commitTask({ ...task, task: `i${k}` });
  }
  return id;
}

async function timed(expected: number, list: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  const found = await list();
  const ms = performance.now() - begin;
  if (found !== expected) throw new Error(`${found} items were listed instead of ${expected}.`);
  return ms;
}
