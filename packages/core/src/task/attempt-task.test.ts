import { expect, test } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { exampleTask } from "../testing/example-records.js";
import { inProcess } from "../testing/in-process-run.js";

const BODY = `
  start() { this.bytes = Buffer.alloc(5000, 1); this.more = Buffer.alloc(5000, 2); this.next(this.end); }
  end() { globalThis.metaflowTest?.("runs"); this.size = this.bytes.length + this.more.length; }`;

test("what a step will read is fetched before its code runs, and never synchronously", async () => {
  const calls: string[] = [];
  const inner = createMemoryDatastore();
  const isBlob = (key: string): boolean => key.includes("blob") || key.includes("/data/");
  const datastore: Datastore = {
    ...inner,
    get: (key, options) => {
      if (isBlob(key)) calls.push("get");
      return inner.get(key, options);
    },
    getSync: (key, options) => {
      calls.push("getSync");
      return inner.getSync?.(key, options) ?? null;
    },
  };
  const note = (call: string) => calls.push(call);
  Object.assign(globalThis, { metaflowTest: note });
  try {
    const flow = inProcess(compiledFlow(BODY).definition, datastore);
    const { status } = await flow.run({
      before: ({ step }) => {
        if (step === "end") calls.length = 0;
      },
    });
    expect(status).toBe("successful");
    expect(calls).toEqual(["get", "get", "runs"]);
  } finally {
    Reflect.deleteProperty(globalThis, "metaflowTest");
  }
});

test("an attempt that is slower than another takes over what that one committed", async () => {
  const datastore = createMemoryDatastore();
  const flow = inProcess(
    compiledFlow(`
      start() { this.way = "a"; this.next({ a: this.left, b: this.right }, { condition: "way" }); }
      left() { this.next(this.end); }
      right() { this.next(this.end); }
      end() {}`).definition,
    datastore,
  );
  let runId = "";
  const result = await flow.run({
    onRunId: (id) => {
      runId = id;
    },
    before: async ({ step }) => {
      if (step !== "start") return;
      const transition = { kind: "switch", target: "right", case: "b" } as const;
      const other = { flow: flow.graph.flow, runId, step, task: "0", inputs: [], foreach: [], artifacts: {} };
      await createRecordStore(datastore).commitTask(exampleTask({ ...other, transition }));
    },
  });
  expect(result.status).toBe("successful");
  expect([...(await flow.records(runId)).keys()]).toEqual(["end/0", "right/0", "start/0"]);
});
