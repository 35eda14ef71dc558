import type { Datastore } from "../contracts/datastore.js";
import type { TaskRecord } from "../contracts/records.js";
import { createRecordStore } from "../datastore/record-store.js";

/** All committed tasks of a run, in waves: each task comes after its inputs, and those of a wave wait for none of it. */
export async function tasksInOrder(
  datastore: Datastore,
  flow: string,
  runId: string,
): Promise<readonly (readonly TaskRecord[])[]> {
  const records = createRecordStore(datastore);
  const left = new Map<string, TaskRecord>();
  for (const step of await records.listSteps(flow, runId)) {
    for (const task of await records.listTasks(flow, runId, step)) {
      const record = await records.readTask(flow, runId, step, task);
      if (record !== null) left.set(`${step}/${task}`, record);
    }
  }
  const waves: TaskRecord[][] = [];
  while (left.size > 0) {
    const ready = [...left].filter(([, { inputs }]) => inputs.every((input) => !left.has(input)));
    if (ready.length === 0) throw new Error("Tasks wait for each other.");
    waves.push(ready.map(([, record]) => record));
    for (const [name] of ready) left.delete(name);
  }
  return waves;
}

/** What two executions of a task must have in common, to the byte: artifacts stand there by their hashes. */
export function resultOf({ step, task, status, inputs, foreach, loops, transition, artifacts, attempt }: TaskRecord) {
  return { step, task, status, inputs, foreach, loops, transition, artifacts, attempt };
}
