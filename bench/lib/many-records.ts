import { createClient } from "@metaflow-ts/core/client";
import { openRecordStore, type Place } from "./record-store.ts";
import { atOnce } from "./repeat.ts";

export const LISTED_FLOW = "ListedFlow";

/** How many tasks of the newest run fail, however many there are. */
export const FAILED = 20;
export const RUNS_ON_PAGE = 20;

const PARALLEL = 64;

/** One item of two fails: its records are copied until there are enough of them. */
export const listedSource = `import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

export default class ${LISTED_FLOW} extends FlowSpec {
  items = [0, 1];

  @step start() {
    this.next(this.work, { foreach: this.items });
  }
  @step work(item: number) {
    if (item === 1) throw new Error("no");
    this.next(this.join);
  }
  @step join(inputs: Inputs<${LISTED_FLOW}>) {
    this.next(this.end);
  }
  @step end() {}
}
`;

/** Copies the one run of a datastore, and its tasks, until there are so many. */
export async function fillRecords(datastore: Place, count: number): Promise<void> {
  const { id } = await (await createClient({ datastore })).flow(LISTED_FLOW).latestRun();
  const records = await openRecordStore(datastore);
  const [run, task, failed] = await Promise.all([
    records.readRun(LISTED_FLOW, id),
    records.readTask(LISTED_FLOW, id, "work", "i0"),
    records.readFailedAttempt(LISTED_FLOW, id, "work", "i1", 0),
  ]);
  if (run === null || task === null || failed === null) throw new Error("The flow did not leave what was expected.");
  const startedAt = Number(run.startedAt);
  await atOnce(count - 1, PARALLEL, (k) =>
    records.createRun({ ...run, runId: String(Number(id) - (k + 1) * 1000), startedAt: startedAt - k - 1 }),
  );
  await atOnce(count - 2, PARALLEL, async (index) => {
    const k = index + 2;
    if (k % (count / FAILED) === 0) await records.saveFailedAttempt({ ...failed, task: `i${k}` });
    else await records.commitTask({ ...task, task: `i${k}` });
  });
}

/** Milliseconds that a new client needs for the newest page of the runs. */
export async function timeNewestRuns(datastore: Place): Promise<number> {
  return await expecting(RUNS_ON_PAGE, async () => {
    const client = await createClient({ datastore });
    return (await client.flow(LISTED_FLOW).runs().page()).items.length;
  });
}

/** Milliseconds that a new client needs for the failed tasks of the newest run. */
export async function timeFailedTasks(datastore: Place): Promise<number> {
  return await expecting(FAILED, async () => {
    const run = await (await createClient({ datastore })).flow(LISTED_FLOW).latestRun();
    return (await run.failedTasks().page({ limit: FAILED })).items.length;
  });
}

async function expecting(expected: number, list: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  const found = await list();
  const ms = performance.now() - begin;
  if (found !== expected) throw new Error(`${found} items were listed instead of ${expected}.`);
  return ms;
}
