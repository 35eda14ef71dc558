import { describe, expect, it } from "vitest";
import type { RunEvent } from "../contracts/run-events.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { checkGraph } from "../graph/check-graph.js";
import { createSecretMask } from "../secrets/secret-mask.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { exampleTask } from "../testing/example-records.js";
import { runAttempt } from "./attempt-runner.js";
import type { AttemptEnd } from "./task-launcher.js";

const GRAPH = checkGraph(compiledFlow("start() { this.next(this.end); } end() {}").definition, null);
const RUN_ID = "1";
const DIED: AttemptEnd = {
  status: "died",
  death: { code: null, signal: "SIGKILL", outOfMemory: false, exitStack: [] },
};
const TRANSITION = { kind: "linear", target: "end" } as const;

async function attempt(end: AttemptEnd, { committed }: { readonly committed: boolean }) {
  const records = createRecordStore(createMemoryDatastore());
  const task = { flow: GRAPH.flow, runId: RUN_ID, step: "start", task: "0", inputs: [], foreach: [] };
  if (committed) await records.commitTask(exampleTask({ ...task, transition: TRANSITION }));
  const events: RunEvent[] = [];
  const { ended } = runAttempt(
    {
      graph: GRAPH,
      runId: RUN_ID,
      records,
      launcher: {
        keepsLog: () => true,
        mask: createSecretMask(),
        launch: () => ({ ended: Promise.resolve(end), stop: () => {}, kill: () => {} }),
        close: async () => {},
      },
      maxLogSize: 1000,
      observer: (event) => events.push(event),
      errorContext: async () => ({ positions: null, cwd: "/" }),
    },
    { step: "start", address: [], attempt: 1, inputs: [] },
  );
  return { result: await ended, events, failed: await records.readFailedAttempt(GRAPH.flow, RUN_ID, "start", "0", 1) };
}

describe("an attempt", () => {
  it.each<[string, AttemptEnd]>([
    ["whose process died after the commit", DIED],
    ["that another one was faster than", { status: "superseded" }],
  ])("%s is what was committed", async (_, end) => {
    const { result, events, failed } = await attempt(end, { committed: true });
    expect(result).toEqual({ ok: true, transition: TRANSITION });
    expect(failed).toBeNull();
    expect(events).toEqual([expect.objectContaining({ type: "task.finished", status: "successful", error: null })]);
  });

  it("whose process died before is recorded as failed", async () => {
    const { result, failed } = await attempt(DIED, { committed: false });
    expect(result).toMatchObject({ ok: false, stopped: false, error: { code: "MF_TASK_KILLED" } });
    expect(failed?.error?.code).toBe("MF_TASK_KILLED");
  });

  it("cannot be superseded by nothing", async () => {
    await expect(attempt({ status: "superseded" }, { committed: false })).rejects.toMatchObject({
      code: "MF_ATTEMPT_SUPERSEDED",
    });
  });
});
