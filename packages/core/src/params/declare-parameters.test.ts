import { describe, expect, test } from "vitest";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import { declareParameters } from "./declare-parameters.js";
import { parameter } from "./parameter.js";
import { RESERVED_OPTIONS } from "./reserved-options.js";

function declare(flowClass: new () => object) {
  return declareParameters(flowClass, { ...new flowClass() });
}

function codes(flowClass: new () => object): readonly string[] {
  return declare(flowClass).problems.map(({ code }) => code.replace("MF_PARAMETER_", ""));
}

describe("a declaration", () => {
  test("has its kind and default from the initialiser", () => {
    class Flow {
      @parameter text = "";
      @parameter() count = 0;
      @parameter() flag = false;
      @parameter() list = [1, { deep: null }];
      @parameter() object = { a: 1 };
      @parameter({ type: "json" }) anything = null;
      @parameter({ choices: ["a", "b"] }) mode: "a" | "b" = "b";
    }
    const { parameters, problems } = declare(Flow);
    expect(problems).toEqual([]);
    expect(Object.values(parameters).map(({ field, kind }) => [field, kind])).toEqual([
      ["text", "string"],
      ["count", "number"],
      ["flag", "boolean"],
      ["list", "json"],
      ["object", "json"],
      ["anything", "json"],
      ["mode", "enum"],
    ]);
    expect(parameters.mode).toEqual({
      field: "mode",
      option: "mode",
      kind: "enum",
      choices: ["a", "b"],
      required: false,
      hasDefault: true,
      default: "b",
      help: "",
    } satisfies ParameterDeclaration);
  });

  test("without an initialiser has it from its options", () => {
    class Flow {
      @parameter({ type: "number" }) count?: number;
      @parameter({ choices: ["a"], required: true }) mode!: "a";
      @parameter({ required: true }) text!: string;
    }
    const { parameters, problems } = declare(Flow);
    expect(problems).toEqual([]);
    expect(parameters.count).toMatchObject({ kind: "number", required: false, hasDefault: false, default: undefined });
    expect(parameters.mode).toMatchObject({ kind: "enum", required: true, hasDefault: false });
    expect(parameters.text).toMatchObject({ kind: "string", required: true });
  });

  test("has the field in kebab case as its option", () => {
    class Flow {
      @parameter learningRate = 1;
      @parameter n_steps = 1;
      @parameter useHTTPServer2 = 1;
      @parameter({ name: "lr_2" }) other = 1;
    }
    expect(Object.values(declare(Flow).parameters).map(({ option }) => option)).toEqual([
      "learning-rate",
      "n-steps",
      "use-http-server2",
      "lr_2",
    ]);
  });

  test("is inherited; a subclass may declare it anew, or only change the default", () => {
    class Base {
      @parameter({ help: "base" }) alpha = 1;
      @parameter({ help: "base" }) beta = 1;
    }
    class Derived extends Base {
      override alpha = 2;
      @parameter({ help: "derived" }) override beta = 3;
      @parameter() gamma = 4;
    }
    const { parameters } = declare(Derived);
    expect(Object.values(parameters).map(({ field, help, default: value }) => [field, help, value])).toEqual([
      ["alpha", "base", 2],
      ["beta", "derived", 3],
      ["gamma", "", 4],
    ]);
    expect(Object.keys(declare(Base).parameters)).toEqual(["alpha", "beta"]);
  });
});

describe("mistakes", () => {
  test("without anything that tells the type, the message says that types are erased", () => {
    class Flow {
      @parameter() alpha!: number;
    }
    const [problem] = declare(Flow).problems;
    expect(problem).toMatchObject({ code: "MF_PARAMETER_WITHOUT_TYPE", where: { parameter: "alpha" } });
    expect(problem?.fix).toContain("TypeScript's types are erased");
  });

  test("about values", () => {
    class Flow {
      @parameter() date = new Date(0);
      @parameter() nested = { date: new Date(0) };
      @parameter() nothing = null;
      @parameter() big = 1n;
      @parameter({ type: "number" }) text: number | string = "1";
      @parameter({ type: "json" }) map = new Map();
      @parameter({ choices: ["a"] }) mode: string = "b";
      @parameter({ choices: [] }) none: string = "b";
      @parameter({ choices: ["1"], type: "number" }) one?: string;
      @parameter({ required: true }) both = "x";
    }
    expect(codes(Flow)).toEqual([
      "DEFAULT_UNSUPPORTED",
      "DEFAULT_UNSUPPORTED",
      "DEFAULT_UNSUPPORTED",
      "DEFAULT_UNSUPPORTED",
      "DEFAULT_MISMATCH",
      "DEFAULT_MISMATCH",
      "DEFAULT_NOT_A_CHOICE",
      "WITHOUT_CHOICES",
      "DEFAULT_NOT_A_CHOICE",
      "CHOICES_NOT_STRING",
      "REQUIRED_WITH_DEFAULT",
    ]);
  });

  test("cyclic defaults are no JSON", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    class Flow {
      @parameter() list = cycle;
    }
    expect(codes(Flow)).toEqual(["DEFAULT_UNSUPPORTED"]);
  });

  test("about names: no regard to case, nor to the difference of _ and -", () => {
    class Flow {
      @parameter alpha = 1;
      @parameter({ name: "ALPHA" }) upper = 1;
      @parameter run_id = 1;
      @parameter maxWorkers = 1;
      @parameter({ name: "With" }) decorators = 1;
      @parameter({ name: "--dashes" }) dashes = 1;
      @parameter $dollar = 1;
    }
    expect(codes(Flow)).toEqual(["TWICE", "RESERVED", "RESERVED", "RESERVED", "NAME_INVALID", "NAME_INVALID"]);
    expect(declare(Flow).problems[0]?.message).toContain("'alpha', 'upper' have the same option --ALPHA");
  });

  test("reserved are what Metaflow reserves, and what a run takes", () => {
    const metaflow =
      "params with tag namespace obj tags decospecs run-id-file max-num-splits max-workers max-log-size user-namespace run-id task-id runner-attribute-file";
    const run =
      "max-workers max-num-splits max-log-size tag run-id-file datastore datastore-root json isolation help version with namespace quiet";
    for (const option of `${metaflow} ${run}`.split(" ")) expect(RESERVED_OPTIONS).toContain(option);
  });
});
