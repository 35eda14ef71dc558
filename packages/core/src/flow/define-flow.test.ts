import { describe, expect, test } from "vitest";
import { isMetaflowError, type MetaflowErrors } from "../errors/metaflow-error.js";
import { parameter } from "../params/parameter.js";
import { defineFlow } from "./define-flow.js";
import { FlowSpec, isFlowClass } from "./flow-spec.js";
import { step } from "./step.js";
import { attachDecorator } from "./step-metadata.js";

function mark(name: string) {
  return (_method: unknown, context: ClassMethodDecoratorContext) =>
    attachDecorator(context, { name, attributes: {}, staticallyDefined: true, insertedBy: null });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isMetaflowError(error)) return error.code;
    throw error;
  }
  return "no error";
}

describe("steps", () => {
  class Base extends FlowSpec {
    @step start() {}
    @step end() {}
    helper(): void {}
  }
  class Derived extends Base {
    @mark("outer")
    @step({ nodeInfo: { owner: "me" } })
    @mark("inner")
    override start() {}
    @step({ end: true }) last() {}
  }

  test("come from the class and its bases, in source order, the nearest class's winning", () => {
    const { name, steps, flowClass } = defineFlow(Derived);
    expect(name).toBe("Derived");
    expect(flowClass).toBe(Derived);
    expect(Object.keys(steps)).toEqual(["start", "end", "last"]);
    expect(steps.start).toMatchObject({ owner: Derived, method: Derived.prototype.start, nodeInfo: { owner: "me" } });
    expect(steps.end).toMatchObject({ owner: Base, method: Base.prototype.end, start: false, end: false });
    expect(steps.last).toMatchObject({ end: true });
  });

  test("keep their decorators, above and below @step, as they stand in the source", () => {
    expect(defineFlow(Derived).steps.start?.decorators.map(({ name }) => name)).toEqual(["outer", "inner"]);
    expect(defineFlow(Base).steps.start?.decorators).toEqual([]);
  });

  test("of a base class know nothing of its subclasses", () => {
    expect(Object.keys(defineFlow(Base).steps)).toEqual(["start", "end"]);
  });

  test("are not replaced by ordinary methods", () => {
    class Forgot extends Base {
      override start() {}
    }
    expect(() => defineFlow(Forgot)).toThrow("'start' replaces a step of Base, but is not marked as a step itself.");
  });

  test("are where decorators belong", () => {
    class Astray extends Base {
      @mark("retry") lonely() {}
    }
    expect(() => defineFlow(Astray)).toThrow("@retry is on 'lonely', which is no step.");
  });
});

describe("fields", () => {
  test("are those of a fresh instance, base classes first", () => {
    class Base extends FlowSpec {
      list = [1];
      @step start() {}
    }
    class Derived extends Base {
      @parameter() alpha = 1;
      declared!: string;
      maybe: number | undefined = undefined;
    }
    const { fields } = defineFlow(Derived);
    expect(fields).toEqual({ list: [1], alpha: 1, declared: undefined, maybe: undefined });
    expect(Object.keys(fields)).toEqual(["list", "alpha", "declared", "maybe"]);
  });

  test("and parameters may not hide steps and members of FlowSpec; all of it is told at once", () => {
    class Hides extends FlowSpec {
      // @ts-expect-error: the types say so already
      override input = 1;
      @parameter() tag = "x";
      @step start() {}
    }
    const error = catchError(() => defineFlow(Hides)) as MetaflowErrors;
    expect(error).toMatchObject({ code: "MF_FLOW_INVALID", where: { flow: "Hides" } });
    expect(error.errors.map(({ code }) => code)).toEqual(["MF_FLOW_NAME_RESERVED", "MF_PARAMETER_RESERVED"]);
    expect(error.message).toContain("Flow 'Hides' has 2 problems:\n  - 'input' is a member of FlowSpec");

    class Shadows extends FlowSpec {
      @step start() {}
      constructor() {
        super();
        Object.assign(this, { start: 1 });
      }
    }
    expect(codeOf(() => defineFlow(Shadows))).toBe("MF_FLOW_FIELD_HIDES_STEP");
  });

  test("whose initialisers fail name the flow", () => {
    const cause = new TypeError("no file");
    class Broken extends FlowSpec {
      data = ((): string => {
        throw cause;
      })();
      @step start() {}
    }
    const error = catchError(() => defineFlow(Broken));
    expect(error).toMatchObject({ code: "MF_FLOW_CONSTRUCTOR_FAILED", cause, where: { flow: "Broken" } });
    expect(error.message).toBe("Flow 'Broken' cannot be created: no file");
  });
});

describe("a flow class", () => {
  test("extends FlowSpec, of whichever copy of core", async () => {
    class Mine extends FlowSpec {
      @step start() {}
    }
    expect(isFlowClass(Mine)).toBe(true);
    expect([FlowSpec, class {}, Mine.prototype, "Mine", null, undefined].filter(isFlowClass)).toEqual([]);

    const copy: typeof import("./flow-spec.js") = await import(`${"./flow-spec.js"}?copy`);
    const copiedStep: typeof import("./step.js") = await import(`${"./step.js"}?copy`);
    expect(copy.FlowSpec).not.toBe(FlowSpec);
    class Theirs extends copy.FlowSpec {
      @copiedStep.step start() {}
    }
    expect(Object.keys(defineFlow(Theirs).steps)).toEqual(["start"]);
    expect(isFlowClass(copy.FlowSpec)).toBe(false);
  });

  test.each([
    ["something else", () => defineFlow(class Other {}), "MF_FLOW_NOT_A_FLOW"],
    ["FlowSpec itself", () => defineFlow(FlowSpec), "MF_FLOW_NOT_A_FLOW"],
    ["no class", () => defineFlow({}), "MF_FLOW_NOT_A_FLOW"],
    ["a class without steps", () => defineFlow(class Empty extends FlowSpec {}), "MF_FLOW_WITHOUT_STEPS"],
    ["a class without a name", () => defineFlow((() => class extends FlowSpec {})()), "MF_FLOW_WITHOUT_NAME"],
  ])("%s is refused", (_what, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
