/** The client knows a flow's names and types from its class alone. */
import { createClient, type Run, type Task } from "../../src/public/client.js";
import { FlowSpec, step } from "../../src/public/index.js";

interface Model {
  name: string;
}

class TrainFlow extends FlowSpec {
  alpha = 0.01;
  models!: Model[];
  verdict!: "better" | "worse";

  @step start() {
    this.next(this.end);
  }
  @step end() {}
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};

export async function typed(): Promise<void> {
  const client = await createClient();
  const run = await client.flow(TrainFlow).latestRun();
  same<typeof run, Run<TrainFlow>>(true);
  const models = await run.data.models;
  same<typeof models, Model[]>(true);
  const verdict = await (await run.task("start")).artifact("verdict").value();
  same<typeof verdict, "better" | "worse">(true);
  const { alpha } = await run.parameters();
  same<typeof alpha, number | undefined>(true);
  for await (const failed of run.failedTasks()) same<typeof failed, Task<TrainFlow>>(true);
  for await (const task of (await run.step("start")).tasks()) {
    same<Awaited<typeof task.data.alpha>, number>(true);
    for (const parent of await task.parents().all()) same<typeof parent, Task<TrainFlow>>(true);
  }
  // @ts-expect-error no such step
  await run.step("trian");
  // @ts-expect-error no such artifact
  await run.data.model;
  // @ts-expect-error a method is no artifact
  (await run.endTask()).artifact("next");
  // @ts-expect-error results are to be read
  run.data.alpha = Promise.resolve(1);
}

export async function untyped(): Promise<void> {
  const client = await createClient({ datastore: { root: "/x/.metaflow" } });
  const run = await client.flow("TrainFlow").latestSuccessfulRun();
  const anything = await run.data.anything;
  same<typeof anything, unknown>(true);
  const value = await (await run.task("any", "i1")).artifact("anything").value();
  same<typeof value, unknown>(true);
  // @ts-expect-error no such status
  client.flow("TrainFlow").runs({ status: "done" });
}

/** A name alone, with the class as a type only. */
export async function typedByName(): Promise<void> {
  const client = await createClient();
  const run = await client.flow<TrainFlow>("TrainFlow").latestRun();
  const models = await run.data.models;
  same<typeof models, Model[]>(true);
  // @ts-expect-error no such step
  await run.step("trian");
}

void createClient({ config: null });
void createClient({ config: { datastore: "s3", datastoreRoot: "s3://bucket/runs" } });
// @ts-expect-error a config is no name of a file
void createClient({ config: "metaflow.config.ts" });
