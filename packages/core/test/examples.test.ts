/** The examples do what they say, and the demo shows it. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli } from "./support/cli.js";

const examples = resolve(import.meta.dirname, "../../../examples");

interface Example {
  readonly file: string;
  readonly args?: readonly string[];
  /** Artifacts of the end step. */
  readonly artifacts: Readonly<Record<string, unknown>>;
  /** Whether the end step printed it. */
  readonly prints: string;
}

const flows: readonly Example[] = [
  { file: "hello.ts", artifacts: { greeting: "hello" }, prints: "hello from run " },
  {
    file: "branch-and-join.ts",
    artifacts: { summary: "mean 3.875, largest 9" },
    prints: "mean 3.875, largest 9",
  },
  { file: "foreach.ts", artifacts: { counts: { banana: 3, cherry: 1, apple: 2 } }, prints: "banana: 3" },
  { file: "nested-foreach.ts", artifacts: { totals: { north: 36, south: 21.6 } }, prints: "north: 36" },
  { file: "switch.ts", artifacts: { state: "water", advice: "bring a towel" }, prints: "water: bring a towel" },
  { file: "switch.ts", args: ["--temperature", "-3"], artifacts: { state: "ice" }, prints: "ice: bring skates" },
  { file: "loop.ts", artifacts: { verdict: "done", iterations: 5 }, prints: "1.414213562373095 after 5 iterations" },
  {
    file: "parameters.ts",
    args: ["--name", "Ada", "--times", "2", "--greeting", "hi", "--marks", '["!", "?"]'],
    artifacts: { lines: ["hi, Ada!", "hi, Ada?"], loud: false },
    prints: "hi, Ada?",
  },
  { file: "merge.ts", artifacts: { source: "measures.csv", rows: 988, quality: 0.988 }, prints: "988 rows, checked" },
  { file: "custom-serializer/flow.ts", artifacts: {}, prints: "297.15 K" },
  { file: "penguins.ts", artifacts: { verdict: "good" }, prints: "of the test right." },
  { file: "penguins.ts", args: ["--target", "0.999"], artifacts: { verdict: "poor" }, prints: "less than 99.9 %" },
];

let root: string;
beforeAll(async () => {
  root = join(await makeTempDir(), ".metaflow");
});

it("has a test of every flow", () => {
  const files = globSync("{*,*/*}.ts", { cwd: examples, exclude: (name) => name === "node_modules" });
  const others = /^(demo|client|.*\/metaflow\.config|custom-serializer\/temperature|penguins\/\w+)\.ts$/;
  const tested = new Set(flows.map(({ file }) => file));
  expect(files.filter((file) => !others.test(file)).sort()).toEqual([...tested].sort());
});

it.each(flows)("$file: $prints", async ({ file, args = [], artifacts, prints }) => {
  const options = { cwd: examples };
  const store = ["--datastore-root", root];
  const run = await runCli([file, "run", ...args, ...store, "--json"], options);
  expect(run.stderr).toBe("");
  expect(JSON.parse(run.lines.at(-1) ?? "null")).toMatchObject({ type: "run.finished", status: "successful" });
  const logs = await runCli([file, "logs", "latest/end", ...store, "--quiet"], options);
  expect(logs.stdout).toContain(prints);
  const dump = await runCli([file, "dump", "latest/end/0", ...store, "--json"], options);
  const [end] = (JSON.parse(dump.stdout) as { tasks: { artifacts: Record<string, { value: unknown }> }[] }).tasks;
  const values = Object.entries(end?.artifacts ?? {}).map(([name, { value }]) => [name, value]);
  expect(Object.fromEntries(values)).toMatchObject(artifacts);
});

describe("with results of the penguin flow", () => {
  it("the demo shows every artifact, twice in a row", async () => {
    const first = await runProgram("demo.ts");
    const second = await runProgram("demo.ts");
    for (const { code, stdout, stderr } of [first, second]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^ {2}train\/i5 +model +Object +\d+ +\{ kind: 'softmax regression'/m);
      expect(stdout).toMatch(/^ {2}choose\/0 +confusion +Map/m);
      expect(stdout).toMatch(/^ {2}publish\/0 +report +string/m);
    }
    const made = ({ stdout }: { stdout: string }): string => stdout.slice(stdout.indexOf("What it made"));
    expect(made(second)).toBe(made(first));
  });

  it("client.ts reads them", async () => {
    const { code, stdout, stderr } = await runProgram("client.ts");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^PenguinFlow\/\d+ successful, 10 tasks$/m);
    expect(stdout).toContain("{ name: 'model', type: 'Object', size: 558 }");
    expect(stdout).toContain("342 penguins, 2 left out");
  });
});

/** Runs a program of the examples with this Node, the way `pnpm` starts it: with the package's commands in PATH. */
function runProgram(file: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const path = [join(examples, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, METAFLOW_DATASTORE_ROOT: root, NO_COLOR: "1" };
  const child = spawn(process.execPath, [join(examples, file)], { cwd: examples, env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}
