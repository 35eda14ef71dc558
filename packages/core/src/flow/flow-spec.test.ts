import { describe, expect, test, vi } from "vitest";
import type { StepContext } from "../contracts/flow-definition.js";
import { bindStepContext, FlowSpec } from "./flow-spec.js";
import { createInputs, type Inputs, isInputs } from "./inputs.js";
import { step } from "./step.js";

class Flow extends FlowSpec {
  score = 0;
  @step start() {
    this.next(this.train, { foreach: ["a"] });
  }
  @step train() {
    this.next(this.join);
  }
  @step join(inputs: Inputs<Flow>) {
    this.mergeArtifacts(inputs, { include: ["score"] });
    this.next(this.map);
  }
  @step map() {}
}

function fakeContext() {
  return {
    next: vi.fn(),
    mergeArtifacts: vi.fn(),
    input: "a",
    index: 0,
    foreachStack: () => [{ step: "start", index: 0, splits: 1, value: "a" }],
  } satisfies StepContext;
}

describe("an instance", () => {
  test("has the user's fields only, bound to a step or not", () => {
    const flow = new Flow();
    expect(Reflect.ownKeys(flow)).toEqual(["score"]);
    bindStepContext(flow, fakeContext());
    expect(Object.keys(flow)).toEqual(["score"]);
    expect({ ...flow }).toEqual({ score: 0 });
    expect(JSON.stringify(flow)).toBe('{"score":0}');
  });

  test("hands on to the context of its step", () => {
    const flow = new Flow();
    const context = fakeContext();
    bindStepContext(flow, context);
    flow.start();
    expect(context.next).toHaveBeenCalledWith([flow.train, { foreach: ["a"] }]);
    const inputs = createInputs<Flow>([{ step: "train", artifacts: { score: 1 } }], ["train"]);
    flow.join(inputs);
    expect(context.mergeArtifacts).toHaveBeenCalledWith(inputs, { include: ["score"] });
    expect(flow.input).toBe("a");
    expect(flow.index).toBe(0);
    expect(flow.foreachStack()).toHaveLength(1);
  });

  test("works through a proxy", () => {
    const context = fakeContext();
    const flow = new Flow();
    bindStepContext(flow, context);
    new Proxy(flow, {}).start();
    expect(context.next).toHaveBeenCalledOnce();
  });

  test.each(["next", "mergeArtifacts", "foreachStack", "input", "index"] as const)(
    "refuses this.%s outside a running step",
    (member) => {
      const flow = new Flow() as unknown as Record<typeof member, unknown>;
      const use = () => (typeof flow[member] === "function" ? flow[member]() : flow[member]);
      const refusal = expect.objectContaining({ code: "MF_FLOW_NOT_RUNNING", where: { flow: "Flow" } });
      expect(use).toThrow(refusal);
      bindStepContext(flow, fakeContext());
      bindStepContext(flow, null);
      expect(use).toThrow(refusal);
    },
  );
});

describe("inputs", () => {
  const steps = ["start", "train", "join", "map", "other"];
  const made = createInputs<Flow>(
    [
      { step: "train", artifacts: { score: 1 } },
      { step: "map", artifacts: { score: 2 } },
    ],
    steps,
  );

  test("are an array that can be read more than once, and not changed", () => {
    expect(made.map((input) => input.score)).toEqual([1, 2]);
    expect([...made, ...made]).toHaveLength(4);
    expect(made.filter(({ score }) => score > 1)).toEqual([{ score: 2 }]);
    expect(Array.isArray(made)).toBe(true);
    expect(Object.keys(made)).toEqual(["0", "1"]);
    expect(() => (made as unknown as object[]).push({})).toThrow(TypeError);
  });

  test("are known by the step they came from; arrays keep their members", () => {
    expect(made.train.score).toBe(1);
    expect(made.of("train").score).toBe(1);
    expect(made.of("map").score).toBe(2);
    expect(made.map).toBe(Array.prototype.map);
  });

  test("name the steps there are, where one did not lead to the join", () => {
    expect(() => made.start).toThrow("No input of this join came from step 'start'; they came from 'train', 'map'.");
    expect(() => made.of("start")).toThrow(expect.objectContaining({ code: "MF_FLOW_NO_SUCH_INPUT" }));
  });

  test("are told from other arrays, whichever copy of core made them", async () => {
    const copy: typeof import("./inputs.js") = await import(`${"./inputs.js"}?copy`);
    expect(isInputs(made)).toBe(true);
    expect(copy.isInputs(made)).toBe(true);
    expect(isInputs([...made])).toBe(false);
    expect(isInputs(null)).toBe(false);
  });
});
