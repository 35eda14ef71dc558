import { describe, expect, it } from "vitest";
import type { RunEvent } from "../contracts/run-events.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { StepPolicy } from "../contracts/step-policy.js";
import type { TaskSpec } from "../task/task-context.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator, fanOut, policyDecorator, retries } from "../testing/decorated-flow.js";
import { type InProcess, inProcess } from "../testing/in-process-run.js";

const withPolicy = (items: number, policy: StepPolicy): InProcess => fanOut(items, [policyDecorator(policy)]);

/** Fails the body's attempts before the given one, and keeps what began, in order. */
function failing(until: number | ((spec: TaskSpec) => number)) {
  const begun: string[] = [];
  return {
    begun,
    before: (spec: TaskSpec): void => {
      if (spec.step !== "body") return;
      begun.push(`i${spec.address[0]} ${spec.attempt}${spec.fallback === true ? " fallback" : ""}`);
      if (spec.attempt < (typeof until === "number" ? until : until(spec))) throw new Error(`no ${spec.attempt}`);
    },
  };
}

type Finished = Extract<RunEvent, { type: "task.finished" }>;

/** What is told of the ends of the body's attempts. */
function watching() {
  const ends: string[] = [];
  return {
    ends,
    observer: (event: RunEvent): void => {
      if (event.type !== "task.finished" || event.step !== "body") return;
      const { attempt, status, retrying }: Finished = event;
      ends.push(`${attempt} ${status}${retrying ? ", retrying" : ""}`);
    },
  };
}

describe("a task whose attempt fails", () => {
  it("is tried again as often as its policy says, and told so", async () => {
    const flow = withPolicy(1, retries(3));
    const { begun, before } = failing(2);
    const { ends, observer } = watching();
    const { runId, status, counts } = await flow.run({ before, observer });
    expect(begun).toEqual(["i0 0", "i0 1", "i0 2"]);
    expect(ends).toEqual(["0 failed, retrying", "1 failed, retrying", "2 successful"]);
    expect({ status, counts }).toEqual({
      status: "successful",
      counts: { successful: 4, carriedOver: 0, failed: 0 },
    });
    expect((await flow.records(runId)).get("body/i0")).toMatchObject({ attempt: 2, status: "successful" });
    const failed = await flow.store.listFailedAttempts(flow.graph.flow, runId, {});
    expect(failed.items.map(({ attempt }) => attempt).toSorted()).toEqual([0, 1]);
  });

  it("fails when its retries are used up", async () => {
    const flow = withPolicy(1, retries(2));
    const { begun, before } = failing(9);
    const { ends, observer } = watching();
    const { failure, counts } = await flow.run({ before, observer });
    expect(begun).toEqual(["i0 0", "i0 1", "i0 2"]);
    expect(ends.at(-1)).toBe("2 failed");
    expect(failure).toMatchObject({ task: "body/i0", error: { message: "no 2" } });
    expect(counts).toEqual({ successful: 1, carriedOver: 0, failed: 1 });
  });

  it("waits behind those whose turn it is", async () => {
    const flow = withPolicy(3, retries(1));
    const { begun, before } = failing(1);
    expect((await flow.run({ before, maxWorkers: 1 })).status).toBe("successful");
    expect(begun).toEqual(["i0 0", "i1 0", "i2 0", "i0 1", "i1 1", "i2 1"]);
  });

  it("holds no worker while it waits for its next attempt", async () => {
    const flow = withPolicy(3, retries(1, { delayMs: 100 }));
    const { begun, before } = failing(({ address }) => (address[0] === 0 ? 1 : 0));
    expect((await flow.run({ before, maxWorkers: 1 })).status).toBe("successful");
    expect(begun).toEqual(["i0 0", "i1 0", "i2 0", "i0 1"]);
  });

  it("waits as long as its policy says", async () => {
    const flow = withPolicy(1, retries(3, { delayMs: 20, factor: 2 }));
    const { before } = failing(3);
    const startedAt = performance.now();
    await flow.run({ before });
    // Timers may be a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(20 + 40 + 80 - 3);
  });
});

describe("while a task waits for its next attempt", () => {
  it.each(["stop", "kill"] as const)("a %s ends the run at once", async (signal) => {
    const flow = withPolicy(1, retries(1, { delayMs: 60_000, maxDelayMs: 60_000 }));
    const { begun, before } = failing(1);
    const controller = new AbortController();
    const startedAt = performance.now();
    const result = await flow.run({
      before,
      [signal]: controller.signal,
      observer: (event) => {
        if (event.type === "task.finished" && event.retrying) setTimeout(() => controller.abort(), 20);
      },
    });
    expect(result.status).toBe("cancelled");
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(begun).toEqual(["i0 0"]);
    expect(result.counts).toEqual({ successful: 1, carriedOver: 0, failed: 0 });
  });

  it("the failure of another task ends the run at once", async () => {
    const { definition } = compiledFlow(`
      start() { this.next(this.patient, this.other); }
      patient() { throw new Error("later"); this.next(this.join); }
      other() { this.next(this.join); }
      join(inputs) { this.next(this.end); }
      end() {}`);
    const policy = policyDecorator(retries(1, { delayMs: 60_000 }));
    const flow = inProcess(decorated(definition, (step) => (step === "patient" ? [policy] : [])));
    let isWaiting = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      isWaiting = resolve;
    });
    const startedAt = performance.now();
    const { failure, counts } = await flow.run({
      before: async ({ step }) => {
        if (step !== "other") return;
        await waiting;
        throw new Error("no");
      },
      observer: (event) => {
        if (event.type === "task.finished" && event.retrying) isWaiting();
      },
    });
    expect(failure).toMatchObject({ task: "other/0", error: { message: "no" } });
    expect(counts).toEqual({ successful: 1, carriedOver: 0, failed: 1 });
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("a fallback", () => {
  const fallback = (seen: unknown[] = []): StepDecorator =>
    decorator("fallback", {
      policy: () => ({ fallback: true }),
      fallback: (_, { instance, attempt }, { message }) => {
        seen.push([attempt, message]);
        Object.assign(instance, { item: null, problem: message });
      },
    });

  it("stands for the step in the attempt after the last failed one", async () => {
    const seen: unknown[] = [];
    const flow = fanOut(1, [fallback(seen), policyDecorator(retries(1))]);
    const { begun, before } = failing(2);
    const { ends, observer } = watching();
    const { runId, status, counts } = await flow.run({ before, observer });
    expect(begun).toEqual(["i0 0", "i0 1", "i0 2 fallback"]);
    expect(ends).toEqual(["0 failed, retrying", "1 failed, retrying", "2 successful"]);
    expect(seen).toEqual([[2, "no 1"]]);
    expect({ status, counts }).toEqual({
      status: "successful",
      counts: { successful: 4, carriedOver: 0, failed: 0 },
    });
    const { list, problem, item } = (await flow.artifacts(runId)).get("body/i0") ?? {};
    expect({ list, problem, item }).toEqual({ list: [0], problem: "no 1", item: null });
  });

  it("is made by the innermost decorator that has one", async () => {
    const seen: unknown[] = [];
    const flow = fanOut(1, [{ ...fallback(), name: "outer" }, fallback(seen), decorator("inner")]);
    await flow.run({ before: failing(1).before });
    expect(seen).toEqual([[1, "no 0"]]);
  });

  it("that fails, fails the task, and is named", async () => {
    const broken = decorator("broken", {
      policy: () => ({ fallback: true, ...retries(1) }),
      fallback: () => {
        throw new Error("oops");
      },
    });
    const { begun, before } = failing(2);
    const { failure } = await fanOut(1, [broken]).run({ before });
    expect(begun).toHaveLength(3);
    expect(failure?.error).toMatchObject({
      code: "MF_DECORATOR_FAILED",
      message: "Decorator 'broken' of step 'body' failed in its fallback: oops",
    });
  });
});

describe("numbers of attempts go on", () => {
  it("in a region that is run again, with its retries anew", async () => {
    const flow = withPolicy(1, retries(1));
    const runId = await flow.init();
    const first = failing(9);
    expect((await flow.region(runId, { entry: "start" }, { before: first.before })).status).toBe("failed");
    const second = failing(3);
    expect((await flow.region(runId, { entry: "start" }, { before: second.before })).status).toBe("successful");
    expect([...first.begun, ...second.begun]).toEqual(["i0 0", "i0 1", "i0 2", "i0 3"]);
  });

  it("from 0 in the run that resumes another", async () => {
    const flow = withPolicy(2, retries(1));
    await flow.run({ before: failing(({ address }) => (address[0] === 1 ? 9 : 0)).before });
    const { begun, before } = failing(1);
    const { status, counts, runId } = await flow.resume({ before });
    expect(status).toBe("successful");
    expect(begun).toEqual(["i1 0", "i1 1"]);
    expect(counts).toEqual({ successful: 3, carriedOver: 2, failed: 0 });
    expect((await flow.artifacts(runId)).get("end/0")).toMatchObject({ items: [0, 1] });
  });
});
