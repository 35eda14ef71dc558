import { describe, expect, test } from "vitest";
import { chooseFlow, findFlows } from "./find-flows.js";
import { FlowSpec } from "./flow-spec.js";
import { step } from "./step.js";

abstract class BaseFlow extends FlowSpec {
  @step start() {}
}
class TrainFlow extends BaseFlow {
  @step end() {}
}
class ScoreFlow extends BaseFlow {
  @step({ end: true }) last() {}
}
class OneStepFlow extends FlowSpec {
  @step only() {}
}

const chosen = (exports: object, wanted?: string) => chooseFlow(findFlows(exports), wanted).flowClass;

test("finds each flow class once, with all its names", () => {
  const found = findFlows({
    FlowSpec,
    TrainFlow,
    default: TrainFlow,
    ScoreFlow,
    helper: () => {},
    number: 1,
    none: null,
  });
  expect(found).toEqual([
    { flowClass: TrainFlow, className: "TrainFlow", exportNames: ["TrainFlow", "default"] },
    { flowClass: ScoreFlow, className: "ScoreFlow", exportNames: ["ScoreFlow"] },
  ]);
});

describe("chooses", () => {
  test("the flow that is named, by class or export", () => {
    expect(chosen({ default: TrainFlow, ScoreFlow }, "ScoreFlow")).toBe(ScoreFlow);
    expect(chosen({ default: TrainFlow, Renamed: ScoreFlow }, "Renamed")).toBe(ScoreFlow);
    expect(chosen({ default: TrainFlow, Renamed: ScoreFlow }, "TrainFlow")).toBe(TrainFlow);
    expect(chosen({ TrainFlow: ScoreFlow, other: TrainFlow }, "TrainFlow")).toBe(TrainFlow);
  });

  test("else the default export", () => {
    expect(chosen({ ScoreFlow, default: TrainFlow, BaseFlow })).toBe(TrainFlow);
  });

  test("else the only one, base classes left out", () => {
    expect(chosen({ ScoreFlow })).toBe(ScoreFlow);
    expect(chosen({ BaseFlow, ScoreFlow })).toBe(ScoreFlow);
    expect(chosen({ BaseFlow, OneStepFlow: ScoreFlow })).toBe(ScoreFlow);
    // Better an error about its graph than "no flow".
    expect(chosen({ BaseFlow })).toBe(BaseFlow);
  });
});

describe("refuses", () => {
  test("to guess, and lists the flows", () => {
    expect(() => chosen({ BaseFlow, ScoreFlow, TrainFlow, OneStepFlow })).toThrow(
      expect.objectContaining({
        code: "MF_FLOW_AMBIGUOUS",
        message: "The file exports several flows: 'ScoreFlow', 'TrainFlow', 'OneStepFlow'.",
        fix: expect.stringContaining("metaflow train.ts:ScoreFlow run"),
      }),
    );
  });

  test("an unknown name, the nearest first", () => {
    expect(() => chosen({ ScoreFlow, default: TrainFlow }, "TranFlow")).toThrow(
      expect.objectContaining({
        code: "MF_FLOW_UNKNOWN",
        message: "The file exports no flow 'TranFlow', but 'TrainFlow', 'ScoreFlow'.",
        fix: "Did you mean 'TrainFlow'?",
      }),
    );
  });

  test("a module without flows", () => {
    expect(() => chosen({ FlowSpec, helper: () => {} })).toThrow(
      expect.objectContaining({ code: "MF_FLOW_NONE_EXPORTED" }),
    );
  });
});
