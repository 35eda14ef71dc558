import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { parameterFlow } from "./flows.js";

const header = 'import { FlowSpec, step } from "@metaflow-ts/core";\n';
const oneStep = (name: string): string => `export class ${name} extends FlowSpec { @step start() {} }\n`;

const files: Readonly<Record<string, string>> = {
  "train.ts": parameterFlow,
  "syntax.ts": `${header}export default class X extends FlowSpec {\n  foo( { }\n}\n`,
  "lib.ts": 'export function boom(): void {\n  throw new RangeError("top level bad");\n}\n',
  "throws.ts": `import { boom } from "./lib.ts";\n${header}boom();\nexport default class X extends FlowSpec { @step start() {} }\n`,
  "none.ts": "export const nothing = 1;\n",
  "several.ts": header + oneStep("OneFlow") + oneStep("TwoFlow"),
  "lints.ts": `${header}export default class LintFlow extends FlowSpec {
  @step start() { this.next(this.a); }
  @step a() { console.log(1); }
  @step b() { this.next(this.end); }
  @step end() {}
}\n`,
  "import.ts": `import { nope } from "./absent.ts";\n${header}export default class X extends FlowSpec { @step start() { nope(); } }\n`,
};

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  for (const [name, source] of Object.entries(files)) await writeFlow(cwd, name, source);
});

describe("a flow's file", () => {
  it.each([
    ["absent.ts", ["MF_FLOW_FILE_NOT_FOUND", "There is no file 'absent.ts'."]],
    [
      "syntax.ts",
      ["MF_FLOW_SYNTAX", 'Expected ")" but found "}"', "at syntax.ts:4:1", "4 | }", "Fix: Correct the place"],
    ],
    ["import.ts", ["MF_FLOW_IMPORT_UNRESOLVED", "'./absent.ts'", "at import.ts:1:"]],
    ["throws.ts", ["MF_FLOW_NOT_LOADED", "RangeError: top level bad", "at boom (lib.ts:2:9)", "> 2 |   throw new"]],
    ["none.ts", ["MF_FLOW_NONE_EXPORTED"]],
    ["several.ts", ["MF_FLOW_AMBIGUOUS", "'OneFlow', 'TwoFlow'"]],
    ["several.ts:TwoFlw", ["MF_FLOW_UNKNOWN", "Did you mean 'TwoFlow'?"]],
    ["lints.ts", ["MF_GRAPH", "Step 'a'", "at lints.ts:4:9", "> 4 |   @step a()"]],
  ])("%s is refused before anything is stored", async (file, texts) => {
    for (const command of ["check", "run"]) {
      const { code, stdout, stderr } = await runCli(
        [file, command, "--run-id-file", "id"].slice(0, command === "run" ? 4 : 2),
        { cwd },
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      for (const text of texts) expect(stderr).toContain(text);
      expect(stderr).not.toContain("Internal error");
      expect(stderr).not.toMatch(/ at .*node_modules|dist\//);
    }
    expect(existsSync(join(cwd, ".metaflow"))).toBe(false);
    expect(existsSync(join(cwd, "id"))).toBe(false);
  });

  it("is checked where no command is given, with a hint", async () => {
    const { code, stdout, stderr } = await runCli(["train.ts"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe("TrainFlow looks good: 2 steps, no mistakes found.\n");
    expect(stderr).toContain("metaflow train.ts run");
  });

  it("may hold several flows, one of them named", async () => {
    const { code, stdout } = await runCli(["several.ts:TwoFlow", "check", "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ type: "check", flow: "TwoFlow", valid: true, steps: 1 });
  });

  it("tells of an error that its top level started", async () => {
    const source = `${header}setTimeout(() => { throw new Error("late"); }, 1);
await new Promise((done) => setTimeout(done, 5000));
export default class X extends FlowSpec { @step start() {} }\n`;
    await writeFlow(cwd, "late.ts", source);
    const { code, stderr } = await runCli(["late.ts", "check"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("MF_FLOW_UNCAUGHT");
    expect(stderr).toContain("Error: late");
  });

  it("does not keep the command alive", async () => {
    await writeFlow(cwd, "timer.ts", `${header}setInterval(() => {}, 1000);\n${oneStep("TimerFlow")}`);
    expect(await runCli(["timer.ts", "check"], { cwd, timeout: 10_000 })).toMatchObject({ code: 0 });
  });
});

describe("the graph of a flow", () => {
  it("is shown to people", async () => {
    const { code, stdout } = await runCli(["train.ts", "show"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("Trains a model.");
    expect(stdout).toContain("=> end");
  });

  it("is data", async () => {
    const json = await runCli(["train.ts", "output-raw", "--json"], { cwd });
    expect(json.lines).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ graph_structure: ["start", "end"] });
    const indented = await runCli(["train.ts", "output-raw"], { cwd });
    expect(JSON.parse(indented.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it("is a picture", async () => {
    const { stdout } = await runCli(["train.ts", "output-dot"], { cwd });
    expect(stdout).toMatch(/^digraph /);
  });

  it("reaches a pipe to its last byte, however large it is", async () => {
    const steps = Array.from({ length: 400 }, (_, k) => {
      const doc = `/** ${"words ".repeat(100)} */`;
      return `  ${doc}\n  @step s${k}() { this.next(this.${k === 399 ? "end" : `s${k + 1}`}); }`;
    });
    const source = `${header}export default class LongFlow extends FlowSpec {
  @step start() { this.next(this.s0); }\n${steps.join("\n")}\n  @step end() {}\n}\n`;
    await writeFlow(cwd, "long.ts", source);
    const { code, stdout } = await runCli(["long.ts", "output-raw", "--json"], { cwd });
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(250_000);
    expect(Object.keys(JSON.parse(stdout).graph)).toHaveLength(402);
  });
});
