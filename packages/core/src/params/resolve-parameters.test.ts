import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParameterDeclaration, ParameterKind } from "../contracts/parameter.js";
import { describeParameters } from "./describe-parameters.js";
import { jsonErrorOffset } from "./json-data.js";
import { parametersError, resolveParameters } from "./resolve-parameters.js";

function declared(field: string, kind: ParameterKind, more: Partial<ParameterDeclaration> = {}): ParameterDeclaration {
  const given = { choices: [], required: false, hasDefault: "default" in more, default: undefined, help: "" };
  return { field, option: field, kind, ...given, ...more };
}

function resolve(
  declarations: readonly ParameterDeclaration[],
  cli: Record<string, string> = {},
  env: Record<string, string | undefined> = {},
) {
  const byField = Object.fromEntries(declarations.map((declaration) => [declaration.field, declaration]));
  return resolveParameters({ declarations: byField, cli, env });
}

/** The value that the text becomes, or the message. */
function parsed(kind: ParameterKind, text: string, more: Partial<ParameterDeclaration> = {}): unknown {
  const { values, problems } = resolve([declared("p", kind, more)], { p: text });
  return problems.length > 0 ? problems.map(({ message }) => message).join() : values.p;
}

describe("a value", () => {
  const rate = declared("rate", "number", { option: "learning-rate", default: 1 });

  test("comes from the command line, else the environment, else the default", () => {
    const env = { METAFLOW_RUN_LEARNING_RATE: "2" };
    expect(resolve([rate], { "learning-rate": "3" }, env).values).toEqual({ rate: 3 });
    expect(resolve([rate], {}, env).values).toEqual({ rate: 2 });
    expect(resolve([rate]).values).toEqual({ rate: 1 });
  });

  test("that is empty counts on the command line, not in the environment", () => {
    const text = declared("text", "string", { default: "x" });
    expect(resolve([text], { text: "" }).values).toEqual({ text: "" });
    expect(resolve([text], {}, { METAFLOW_RUN_TEXT: "" }).values).toEqual({ text: "x" });
  });

  test("that nobody gave is undefined", () => {
    expect(resolve([declared("p", "number")])).toEqual({ values: { p: undefined }, problems: [] });
  });

  test.each([
    ["number", "1.5", 1.5],
    ["number", " -1e3 ", -1000],
    ["number", "+.5", 0.5],
    ["number", "9007199254740991", 9007199254740991],
    ["number", "1e300", 1e300],
    ["boolean", "true", true],
    ["boolean", "YES", true],
    ["boolean", "1", true],
    ["boolean", "0", false],
    ["boolean", "No", false],
    ["boolean", "false", false],
    ["string", " as it is ", " as it is "],
    ["json", '{"a": [1, null]}', { a: [1, null] }],
    ["json", "3", 3],
  ] as const)("%s %j", (kind, text, value) => {
    expect(parsed(kind, text)).toEqual(value);
  });

  test.each([
    ["number", "abc", "Bad value for --p: 'abc' is not a number."],
    ["number", "", "Bad value for --p: '' is not a number."],
    ["number", "NaN", "Bad value for --p: 'NaN' is not a number."],
    ["number", "Infinity", "Bad value for --p: 'Infinity' is not a number."],
    ["number", "0x10", "Bad value for --p: '0x10' is not a number."],
    ["number", "1e999", "Bad value for --p: '1e999' is too large for a number."],
    [
      "number",
      "9007199254740993",
      "Bad value for --p: '9007199254740993' has more digits than a number keeps; declare the parameter as a string.",
    ],
    ["boolean", "maybe", "Bad value for --p: 'maybe' is not a boolean (true, false, 1, 0, yes, no)."],
    ["json", '{"a": tru}', "Bad value for --p: it is not valid JSON: unexpected 'tru}' at line 1 column 7."],
    [
      "json",
      '{\n"a": 1',
      "Bad value for --p: it is not valid JSON: unexpected the end of the text at line 2 column 7.",
    ],
    ["json", "xx", "Bad value for --p: it is not valid JSON: unexpected 'xx' at line 1 column 1."],
  ] as const)("%s %j is refused", (kind, text, message) => {
    expect(parsed(kind, text)).toBe(message);
  });

  test.each([
    ["1,2,3", {}, "Write a list as JSON: --p '[1,2,3]'."],
    ["a, 2", {}, `Write a list as JSON: --p '["a",2]'.`],
    ["[1,", {}, "Write JSON, in quotes for the shell, as in --p '[1,2,3]'."],
    [undefined, { METAFLOW_RUN_P: "1,2" }, "Write a list as JSON: METAFLOW_RUN_P='[1,2]'."],
  ])("that is no JSON is refused with the form that is meant: %s", (text, env, fix) => {
    const { problems } = resolve([declared("p", "json")], text === undefined ? {} : { p: text }, env);
    expect(problems.map((problem) => problem.fix)).toEqual([fix]);
  });

  test("that is no choice is refused with the nearest one", () => {
    const { problems } = resolve(
      [declared("p", "enum", { choices: ["fast", "exact"] })],
      {},
      { METAFLOW_RUN_P: "exakt" },
    );
    expect(problems).toEqual([
      expect.objectContaining({
        code: "MF_PARAMETER_VALUE_INVALID",
        message: "Bad value for METAFLOW_RUN_P: 'exakt' is not one of fast, exact.",
        fix: "Did you mean 'exact'?",
      }),
    ]);
  });
});

test("all problems are told at once", () => {
  const declarations = [
    declared("needed", "string", { required: true }),
    declared("count", "number"),
    declared("flag", "boolean", { default: true }),
  ];
  const { problems } = resolve(declarations, { count: "many", flga: "true" });
  expect(problems.map(({ code }) => code)).toEqual([
    "MF_PARAMETER_UNKNOWN",
    "MF_PARAMETER_MISSING",
    "MF_PARAMETER_VALUE_INVALID",
  ]);
  expect(problems[0]?.fix).toBe("Did you mean --flag? It has 'needed', 'count', 'flag'.");
  expect(problems[1]).toMatchObject({
    fix: "Add `--needed <value>`, or set METAFLOW_RUN_NEEDED.",
    where: { parameter: "needed" },
  });
  expect(parametersError(problems)).toMatchObject({ code: "MF_PARAMETERS_INVALID", errors: problems });
  expect(parametersError(problems.slice(1, 2))).toBe(problems[1]);
});

test("help describes the parameters", () => {
  const declarations = {
    a: declared("a", "number", { option: "learning-rate", default: 0.1, help: "Learning rate" }),
    b: declared("b", "enum", { choices: ["fast", "exact"], required: true }),
    c: declared("c", "json", { default: { x: 1 } }),
  };
  expect(describeParameters(declarations)).toEqual([
    {
      flag: "--learning-rate",
      placeholder: "<number>",
      help: "Learning rate",
      defaultText: "0.1",
      required: false,
      variable: "METAFLOW_RUN_LEARNING_RATE",
    },
    {
      flag: "--b",
      placeholder: "<fast|exact>",
      help: "",
      defaultText: null,
      required: true,
      variable: "METAFLOW_RUN_B",
    },
    {
      flag: "--c",
      placeholder: "<json>",
      help: "",
      defaultText: '{"x":1}',
      required: false,
      variable: "METAFLOW_RUN_C",
    },
  ]);
});

describe("the place of a mistake in JSON", () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  test("is there exactly where JSON.parse refuses the text", () => {
    const jsonLike = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", "1", "-", ".", "e", '"', "\\", ",", ":", "{", "]", "\n", "\u0001", "\u00a0"),
      )
      .map(([text, at, insert]) => text.slice(0, at % (text.length + 1)) + insert + text.slice(at % (text.length + 1)));
    fc.assert(
      fc.property(jsonLike, (text) => (jsonErrorOffset(text) === null) === isJson(text)),
      { numRuns: 2000 },
    );
  });

  test.each([
    "1-2",
    "01",
    "-",
    "1.",
    "1e",
    "1e5",
    "-0.5E+3",
    "truefalse",
    "[1,]",
    '{"a":1,}',
    "",
    " ",
    '"\\x"',
    '"\\u00e9"',
  ])("agrees with JSON.parse on %j", (text) => {
    expect(jsonErrorOffset(text) === null).toBe(isJson(text));
  });
});
