import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import { globalOptions } from "./global-options.js";
import { createOutput } from "./output.js";
import { type Grammar, parseArguments } from "./parse-arguments.js";
import { runOptions } from "./run-options.js";

const parameter = (option: string, more: Partial<ParameterDeclaration>): ParameterDeclaration => ({
  field: option,
  option,
  kind: "string",
  choices: [],
  required: false,
  hasDefault: false,
  default: undefined,
  help: "",
  ...more,
});

const grammar: Grammar = {
  line: "metaflow train.ts run",
  summary: "run the flow",
  arguments: [],
  options: [...Object.values(runOptions), ...Object.values(globalOptions)],
  parameters: {
    alpha: parameter("alpha", { kind: "number", hasDefault: true, default: 0.01, help: "Learning rate" }),
    mode: parameter("mode", { kind: "enum", choices: ["fast", "exact"], required: true }),
    verbose: parameter("verbose", { kind: "boolean", hasDefault: true, default: false }),
    noCache: parameter("no-cache", { kind: "string" }),
  },
};

function parse(...words: string[]) {
  const stdout = new PassThrough();
  const output = createOutput({ stdout, stderr: new PassThrough(), environment: {}, color: false });
  const parsed = parseArguments(grammar, words, output);
  return { parsed, given: Object.fromEntries(parsed?.given ?? []), printed: stdout.read()?.toString() ?? "" };
}

describe("parseArguments", () => {
  it("keeps the texts of options and parameters", () => {
    expect(parse("--alpha", "0.5", "--tag=a", "--tag", "b", "--json").given).toEqual({
      alpha: ["0.5"],
      tag: ["a", "b"],
      json: ["true"],
    });
  });

  it.each([
    [["--alpha", "-0.5"], { alpha: ["-0.5"] }],
    [["--alpha=-0.5"], { alpha: ["-0.5"] }],
    [["--mode", "--json"], { mode: ["--json"] }],
    [["--no-cache", "x"], { "no-cache": ["x"] }],
    [["--verbose"], { verbose: ["true"] }],
    [["--verbose", "--json"], { verbose: ["true"], json: ["true"] }],
    [["--verbose", "false"], { verbose: ["false"] }],
    [["--verbose=false"], { verbose: ["false"] }],
    [["--no-verbose"], { verbose: ["false"] }],
    [["--no-color"], { "no-color": ["true"] }],
  ])("reads %j", (words, given) => {
    expect(parse(...words).given).toEqual(given);
  });

  it.each([
    [["--alhpa", "1"], /no option '--alhpa'. Did you mean '--alpha'\?/],
    [["--max-worker=3"], /no option '--max-worker'. Did you mean '--max-workers'\?/],
    [["--alpha"], /argument missing/],
    [["extra"], /Too many arguments/],
  ])("refuses %j in one line", (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });

  it("explains parameters and options", () => {
    const { parsed, printed } = parse("--help");
    expect(parsed).toBeNull();
    expect(printed).toContain("--alpha <number>");
    expect(printed).toMatch(/Learning rate \(default: 0\.01, env:\s+METAFLOW_RUN_ALPHA\)/);
    expect(printed).toMatch(/--mode <fast\|exact>\s+\(required, env:/);
    expect(printed).toContain("--verbose [boolean]");
    expect(printed).toContain("--max-workers <n>");
  });

  it("lets a parameter have the name of an option that is not reserved", () => {
    const parameters = { color: parameter("color", { kind: "boolean" }) };
    const output = createOutput({
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      environment: {},
      color: false,
    });
    const parsed = parseArguments({ ...grammar, parameters }, ["--no-color"], output);
    expect(parsed?.given.get("color")).toEqual(["false"]);
  });
});
