import { describe, expect, it } from "vitest";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator } from "../testing/decorated-flow.js";
import { inProcess } from "../testing/in-process-run.js";
import { type StepWrapper, stepDecorator } from "./step-decorator.js";

type Wrapper = StepWrapper<Record<never, never>>;

/** A flow whose second step has the decorators; `body` is that step's code. */
function flowOf(decorators: readonly StepDecorator[], body = "this.trace = [...this.trace, 'work'];") {
  const { definition } = compiledFlow(`
    trace = [];
    start() { this.next(this.work); }
    work() { ${body} this.next(this.end); }
    end() {}`);
  return inProcess(decorated(definition, (step) => (step === "work" ? decorators : [])));
}

/** What the end of the run sees, or why there is none. */
async function outcome(decorators: readonly StepDecorator[], body?: string): Promise<Record<string, unknown>> {
  const flow = flowOf(decorators, body);
  const { runId, failure } = await flow.run();
  if (failure !== null) return { failure: failure.error };
  return { ...(await flow.artifacts(runId)).get("end/0") };
}

const of = (wrapper: Wrapper, name?: string): StepDecorator =>
  stepDecorator(wrapper, name === undefined ? {} : { name }).definition as StepDecorator;
const note = (name: string): StepDecorator =>
  of(async function* ({ instance }) {
    instance.trace = [...(instance.trace as string[]), `before ${name}`];
    yield;
    instance.trace = [...(instance.trace as string[]), `after ${name}`];
  }, name);

describe("a generator around a step", () => {
  it("is nested in others: the outermost comes first, and last", async () => {
    const { trace } = await outcome([note("a"), note("b"), note("c")]);
    expect(trace).toEqual(["before a", "before b", "before c", "work", "after c", "after b", "after a"]);
  });

  it("skips the step where it returns before its yield; the step's own transition is taken", async () => {
    const skip = of(async function* skip({ instance }) {
      instance.trace = ["skipped"];
      if (instance.trace === undefined) yield;
    });
    expect(await outcome([note("a"), skip, note("b")])).toEqual({ trace: ["skipped", "after a"] });
  });

  it("gets what the step throws at its yield, and may keep it to itself: what the step left is kept", async () => {
    const swallow = of(async function* swallow({ instance }) {
      try {
        yield;
      } catch (error) {
        instance.problem = String(error);
      }
    });
    const result = await outcome([swallow], "this.here = true; throw new TypeError('no');");
    expect(result).toEqual({ trace: [], here: true, problem: "TypeError: no" });
  });

  it("cleans up where the step fails, and the step's error stays the step's", async () => {
    let cleaned = 0;
    const clean = of(async function* clean() {
      try {
        yield;
      } finally {
        cleaned += 1;
      }
    });
    const { failure } = await outcome([clean, note("a")], "throw new TypeError('no');");
    expect(failure).toMatchObject({ code: null, type: "TypeError", message: "no" });
    expect(cleaned).toBe(1);
  });

  it("may say more about the step's error; both are told", async () => {
    const explain = of(async function* explain() {
      try {
        yield;
      } catch (cause) {
        throw new Error("the disk was full", { cause });
      }
    });
    const { failure } = await outcome([explain], "throw new TypeError('no');");
    expect(failure).toMatchObject({
      code: "MF_DECORATOR_FAILED",
      message: "Decorator 'explain' of step 'work' failed in its wrap: the disk was full",
      cause: { message: "the disk was full", cause: { message: "no" } },
    });
  });

  it.each([
    [
      "before",
      async function* broken() {
        if (broken.name !== "") throw new Error("oops");
        yield;
      },
    ],
    [
      "after",
      async function* broken() {
        yield;
        throw new Error("oops");
      },
    ],
  ] as [string, Wrapper][])("is named where it fails %s the step", async (_, wrapper) => {
    const { failure } = await outcome([of(wrapper)]);
    expect(failure).toMatchObject({ message: "Decorator 'broken' of step 'work' failed in its wrap: oops" });
  });

  it("is named also where others are around it", async () => {
    const inner = decorator("inner", {
      wrap: () => {
        throw new Error("oops");
      },
    });
    const { failure } = await outcome([note("a"), inner, note("b")]);
    expect(failure).toMatchObject({ message: "Decorator 'inner' of step 'work' failed in its wrap: oops" });
  });

  it("does not hide that the step fails without an error object", async () => {
    const { failure } = await outcome([note("a")], "throw 'no';");
    expect(failure).toMatchObject({ code: null, type: "string", message: "no" });
  });

  it("may yield once", async () => {
    let left = false;
    const twice = of(async function* twice() {
      try {
        yield;
        yield;
      } catch {
        // Nobody keeps this to itself.
      } finally {
        left = true;
      }
    });
    const { failure } = await outcome([twice]);
    expect(failure).toMatchObject({ code: "MF_DECORATOR_PROCEEDED_TWICE" });
    expect((failure as Error).message).toBe("Decorator 'twice' of step 'work' ran the step more than once.");
    expect(left).toBe(true);
  });

  it("may yield once, also where the step failed", async () => {
    const again = of(async function* again() {
      try {
        yield;
      } catch {
        yield;
      }
    });
    expect((await outcome([again], "throw new Error('no');")).failure).toMatchObject({
      code: "MF_DECORATOR_PROCEEDED_TWICE",
    });
  });
});

describe("wrap", () => {
  it("may call proceed once, whether it hears of it or not", async () => {
    const twice = decorator("twice", {
      wrap: async (_, __, proceed) => {
        await proceed();
        await proceed().catch(() => {});
      },
    });
    expect((await outcome([twice])).failure).toMatchObject({ code: "MF_DECORATOR_PROCEEDED_TWICE" });
  });

  it("that does not wait for the step is waited for", async () => {
    const hasty = decorator("hasty", { wrap: (_, __, proceed) => void proceed() });
    const slow = decorator("slow", {
      wrap: async (_, { instance }, proceed) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await proceed();
        instance.done = true;
      },
    });
    expect(await outcome([hasty, slow])).toEqual({ trace: ["work"], done: true });
  });
});

describe("a wrapper is refused", () => {
  const make = stepDecorator as (wrapper: unknown, settings?: object) => unknown;
  it.each([
    [() => make(async () => {}), "'(without a name)' is not well made: it has to be an async generator"],
    [() => make(async function later() {}), "'later' is not well made: it has to be an async generator"],
    [() => make({}), "it has to be an async generator"],
    [() => make(async function* () {}), "it needs a name; write async function* name(…), or give { name }"],
    [() => make(async function* fine() {}, { name: "not fine" }), "its name has to be letters"],
    [() => make(async function* fine() {}, { options: {} }), "its options have to be a Standard Schema"],
  ])("%#", (action, problem) => {
    expect(action).toThrow(
      expect.objectContaining({ code: "MF_DECORATOR_INVALID", message: expect.stringContaining(problem) }),
    );
  });
});

it("takes its name from the generator, and another where it is given", () => {
  async function* measured(): AsyncGenerator<void, void, void> {
    yield;
  }
  expect(stepDecorator(measured).definition.name).toBe("measured");
  expect(stepDecorator(measured, { name: "other", order: 3 }).definition).toMatchObject({ name: "other", order: 3 });
});

it("refuses options that are no object", () => {
  const { options } = of(async function* some() {});
  expect(options["~standard"].validate("ms")).toHaveProperty("issues");
  expect(options["~standard"].validate({ unit: "ms" })).toEqual({ value: { unit: "ms" } });
});
