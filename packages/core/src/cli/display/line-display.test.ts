import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../contracts/run-events.js";
import { createOutput } from "../output.js";
import { createProgress } from "./progress.js";
import { createRunDisplay } from "./run-display.js";

const task = { at: 1, pathspec: "F/7/train/i2", step: "train", task: "i2", attempt: 0 } as const;
const error = {
  code: null,
  type: "TypeError",
  message: "no data\nat all",
  stack: ["at train (f.ts:3:1)"],
  codeFrame: null,
  fix: "Look.",
  cause: null,
  errors: [],
};
const events: readonly RunEvent[] = [
  {
    type: "run.started",
    at: 0,
    pathspec: "F/7",
    flow: "F",
    runId: "7",
    originRunId: null,
    parameters: { alpha: 1 },
    tags: ["x"],
    datastore: { name: "local", root: "/d" },
  },
  { type: "tasks.carriedOver", at: 1, step: "start", count: 2 },
  { ...task, type: "task.started", pid: 1 },
  { ...task, type: "task.log", stream: "stdout", line: "hello" },
  { ...task, type: "task.finished", status: "failed", durationMs: 1500, error, retrying: true },
  { ...task, type: "task.finished", status: "successful", durationMs: 12, error: null, retrying: false, attempt: 1 },
  { type: "run.stopping", at: 2, reason: "task train/i3 failed", running: 0 },
  {
    type: "run.finished",
    at: 3,
    pathspec: "F/7",
    status: "failed",
    durationMs: 2000,
    counts: { successful: 1, carriedOver: 2, failed: 1 },
    failure: { pathspec: "F/7/train/i3", error },
  },
];

function show(flags: { json?: boolean; quiet?: boolean }): { out: readonly string[]; err: string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = createOutput({ stdout, stderr, environment: {}, color: false });
  const hint = (...words: readonly string[]): string => ["metaflow", ...words].join(" ");
  const display = createRunDisplay({ output, json: false, quiet: false, hint, endStep: "end", ...flags });
  for (const event of events) display.observe(event);
  display.dispose();
  return { out: (stdout.read()?.toString() ?? "").split("\n"), err: stderr.read()?.toString() ?? "" };
}

describe("the display of a run that nobody watches", () => {
  it("prints a line for each event, and at the end why it failed and what to try", () => {
    expect(show({}).out).toEqual([
      "Run F/7 started",
      "  parameters  alpha=1",
      "  tags        x",
      "  datastore   /d",
      "start: 2 tasks carried over",
      "[7/train/i2] started",
      "[7/train/i2] hello",
      "[7/train/i2] failed after 1.5 s: TypeError: no data (will be tried again)",
      "[7/train/i2] done in 12 ms",
      "Stopping: task train/i3 failed",
      "✗ Run F/7 failed in 2.0 s: 1 task done, 2 carried over, 1 failed",
      "",
      "F/7/train/i3 failed:",
      "  TypeError: no data",
      "  at all",
      "    at train (f.ts:3:1)",
      "",
      "  Fix: Look.",
      "",
      "Next:",
      "  metaflow logs F/7/train/i3  what the task printed",
      "  metaflow resume             continue with what did not finish",
      "",
    ]);
  });

  it("prints one JSON object for each event, the end beginning with what everybody looks for", () => {
    const lines = show({ json: true }).out.slice(0, -1);
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(events.map(({ type }) => type));
    expect(lines.at(-1)).toMatch(/^\{"type":"run\.finished","pathspec":"F\/7","status":"failed",/);
  });

  it("prints nothing but the failure when it is to be quiet", () => {
    const { out, err } = show({ quiet: true });
    expect(out).toEqual([""]);
    expect(err).toContain("F/7/train/i3 failed:");
  });
});

describe("createProgress", () => {
  it("counts what runs and what is done", () => {
    const progress = createProgress(() => 4200);
    for (const event of events.slice(0, 4)) progress.observe(event);
    expect(progress.text()).toBe("  running train · 0 tasks done · 4.2 s");
    const [, , , , , done] = events;
    if (done !== undefined) progress.observe(done);
    expect(progress.text()).toBe("  nothing running · 1 task done · 4.2 s");
  });
});
