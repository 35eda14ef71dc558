import { createFlowProject } from "@metaflow-ts/core/testing";
import { fillRecords, listedSource, timeFailedTasks, timeNewestRuns } from "../../lib/many-records.ts";
import { milliseconds } from "../../lib/quantity.ts";
import { inTurns, timed } from "../../lib/repeat.ts";
import { atMostOver, type Row } from "../../lib/rows.ts";
import type { BenchStore } from "../../lib/stores/store.ts";

const LIMIT = 200;

/** Looking among many runs and many tasks, as a new client does, beside one request. */
export async function listing(store: BenchStore, count: number): Promise<Row[]> {
  const root = store.makeRoot();
  const project = await createFlowProject({ [store.package]: store.folder }, { "flow.ts": listedSource });
  await project.metaflow(["flow.ts", "run", "--datastore-root", root], store.environment(store.endpoint));
  await project.remove();
  await fillRecords(await store.open(root), count);
  const bare = await store.bare(root);
  await bare.put("probe", Buffer.alloc(1024));
  const times = await inTurns(7, {
    runs: async () => await timeNewestRuns(await store.open(root)),
    failed: async () => await timeFailedTasks(await store.open(root)),
    bare: timed(() => bare.get("probe")),
  });
  const one = { what: "one request", quantity: milliseconds(times.bare) };
  return [
    atMostOver(`${store.name}: newest page of ${count} runs`, milliseconds(times.runs), one, LIMIT),
    atMostOver(`${store.name}: failed tasks of a run of ${count} tasks`, milliseconds(times.failed), one, LIMIT),
  ];
}
