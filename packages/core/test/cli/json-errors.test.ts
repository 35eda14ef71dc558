/** With `--json` errors are data, too. */
import { beforeAll, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { parameterFlow } from "./flows.js";

const BROKEN = `
import { FlowSpec, step } from "@metaflow-ts/core";
export class BrokenFlow extends FlowSpec {
  @step start() { this.next(this.nowhere); }
  @step alone() { this.next(this.elsewhere); }
  @step end() {}
}
`;

const WIDE = `
import { FlowSpec, step } from "@metaflow-ts/core";
export class WideFlow extends FlowSpec {
  items = Array.from({ length: 101 }, (_, index) => index);
  @step start() { this.next(this.work, { foreach: this.items }); }
  @step work() { this.next(this.join); }
  @step join(inputs) { this.next(this.end); }
  @step end() {}
}
`;

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  await writeFlow(cwd, "broken.ts", BROKEN);
  await writeFlow(cwd, "wide.ts", WIDE);
  await runCli(["train.ts", "run"], { cwd });
});

it.each([
  [["rnu"], 2, { code: "MF_COMMAND_UNKNOWN", fix: null }],
  [["train.ts", "run", "--alhpa", "1"], 2, { code: "MF_OPTION_UNKNOWN" }],
  [["train.ts", "run", "--alpha", "x"], 2, { message: expect.stringContaining("--alpha"), errors: [] }],
  [["run"], 2, { code: "MF_FLOW_REQUIRED", fix: expect.stringContaining("Put the flow's file before") }],
  [["train.ts", "resume", "--origin-run-id", "none"], 2, { code: "MF_RUN_UNKNOWN", where: { flow: "TrainFlow" } }],
  [["train.ts", "status", "1"], 1, { code: "MF_NO_SUCH_RUN" }],
  [["train.ts", "dump", "latest/end", "--include", "nothing"], 1, { code: "MF_NO_SUCH_ARTIFACT" }],
])("%j: a last line", async (words, code, expected) => {
  const result = await runCli([...words, "--json"], { cwd });
  expect(result.code).toBe(code);
  expect(JSON.parse(result.lines.at(-1) ?? "")).toMatchObject({ type: "error", ...expected });
  // For people nothing changes.
  const human = await runCli(words, { cwd });
  expect(result.stderr).toBe(human.stderr);
  expect(human.stdout).not.toContain('"error"');
});

it.each(["check", "run"])("%s tells every mistake of a graph, with its place", async (command) => {
  const { code, lines } = await runCli(["broken.ts", command, "--json"], { cwd });
  expect([code, lines.length]).toEqual([2, 1]);
  const { errors, ...summary } = JSON.parse(lines[0] ?? "");
  expect(summary).toMatchObject({ type: "error", code: "MF_GRAPH_INVALID" });
  expect(errors).toHaveLength(2);
  expect(errors).toContainEqual(
    expect.objectContaining({
      code: "MF_GRAPH_STEP_UNKNOWN",
      where: expect.objectContaining({ source: expect.objectContaining({ line: 4 }) }),
      codeFrame: expect.stringContaining("this.nowhere"),
    }),
  );
});

it("follows a document that could not be finished", async () => {
  const { lines } = await runCli(["wide.ts", "run", "--json"], { cwd });
  const { pathspec } = JSON.parse(lines.at(-1) ?? "");
  await writeFlow(cwd, `.metaflow/flows/WideFlow/runs/${pathspec.split("/")[1]}/tasks/work/i100.json`, "{");
  const dumped = await runCli(["dump", `${pathspec}/work`, "--json"], { cwd });
  const [document, error, ...others] = dumped.lines.map((line) => JSON.parse(line));
  expect(document.tasks).toHaveLength(100);
  expect(error).toMatchObject({ type: "error", code: "MF_RECORD_CORRUPT" });
  expect([others, dumped.code]).toEqual([[], 1]);
});
