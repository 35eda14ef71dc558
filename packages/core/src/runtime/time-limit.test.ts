import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { StepPolicy } from "../contracts/step-policy.js";
import type { TaskSpec } from "../task/task-context.js";
import { decorator, fanOut, policyDecorator, retries } from "../testing/decorated-flow.js";
import type { InProcess } from "../testing/in-process-run.js";

const withPolicy = (items: number, policy: StepPolicy): InProcess => fanOut(items, [policyDecorator(policy)]);

describe("a task beyond its time", () => {
  it("is ended, and what it was ended for is its error", async () => {
    const flow = withPolicy(1, { timeLimitMs: 30 });
    const before = async ({ step }: TaskSpec): Promise<void> => {
      if (step === "body") await new Promise<never>(() => {});
    };
    const { runId, failure } = await flow.run({ before });
    expect(failure?.error).toMatchObject({ code: "MF_TASK_TIMED_OUT", cause: null });
    expect(failure?.error.message).toBe("Task body/i0 took longer than its time limit of 0.03 seconds.");
    const record = await flow.store.readFailedAttempt(flow.graph.flow, runId, "body", "i0", 0);
    expect(record?.error?.code).toBe("MF_TASK_TIMED_OUT");
  });

  it("that ends with an error by itself when it is told has that as the cause; what it left is kept", async () => {
    const listening = decorator("listening", {
      policy: () => ({ timeLimitMs: 30 }),
      wrap: async (_, { signal, instance }) => {
        instance.here = true;
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new RangeError("told to stop")));
        });
      },
    });
    const flow = fanOut(1, [listening]);
    const { runId, failure } = await flow.run();
    const record = await flow.store.readFailedAttempt(flow.graph.flow, runId, "body", "i0", 0);
    for (const error of [failure?.error, record?.error]) {
      expect(error).toMatchObject({ code: "MF_TASK_TIMED_OUT", cause: { code: "MF_DECORATOR_FAILED" } });
      expect(error?.cause?.cause).toMatchObject({ type: "RangeError", message: "told to stop" });
    }
    expect(Object.keys(record?.artifacts ?? {})).toContain("here");
  });

  it("is tried again like any other that failed", async () => {
    const flow = withPolicy(1, { timeLimitMs: 30, ...retries(1) });
    const before = async ({ step, attempt }: TaskSpec): Promise<void> => {
      if (step === "body" && attempt === 0) await new Promise<never>(() => {});
    };
    const { runId, status } = await flow.run({ before });
    expect(status).toBe("successful");
    expect((await flow.records(runId)).get("body/i0")?.attempt).toBe(1);
  });

  it("has a limit that no timer can hold: none", async () => {
    const flow = withPolicy(1, { timeLimitMs: 2 ** 40 });
    const before = ({ step }: TaskSpec): Promise<void> | void => (step === "body" ? sleep(20) : undefined);
    expect((await flow.run({ before })).status).toBe("successful");
  });
});
