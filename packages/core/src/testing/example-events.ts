import type { RecordedError } from "../contracts/records.js";
import type { RunEvent } from "../contracts/run-events.js";

const run = "TrainFlow/1700000000000000";
const error: RecordedError = {
  type: "TypeError",
  message: "no data for 2",
  code: null,
  fix: null,
  codeFrame: null,
  stack: ["at train (train.ts:12:7)"],
  cause: null,
  errors: [],
};
const about = (step: string, task: string, attempt: number) => ({
  pathspec: `${run}/${step}/${task}`,
  ...{ step, task, attempt },
});

/** A small run with everything that can happen in one. */
export const exampleEvents: readonly RunEvent[] = [
  {
    type: "run.started",
    at: 1,
    pathspec: run,
    flow: "TrainFlow",
    runId: "1700000000000000",
    originRunId: "1600000000000000",
    parameters: { alpha: 0.1 },
    tags: ["a tag"],
    datastore: { name: "local", root: "/root" },
  },
  { type: "tasks.carriedOver", at: 2, step: "start", count: 1 },
  { type: "task.started", at: 3, ...about("train", "i0", 0), pid: 17 },
  { type: "task.log", at: 4, ...about("train", "i0", 0), stream: "stdout", line: "hello" },
  { type: "task.finished", at: 5, ...about("train", "i0", 0), status: "failed", durationMs: 2, error, retrying: true },
  { type: "run.warning", at: 6, message: "a log was not written" },
  { type: "task.started", at: 7, ...about("train", "i0", 1), pid: null },
  {
    ...{ type: "task.finished", at: 8, ...about("train", "i0", 1), status: "successful", durationMs: 1 },
    ...{ error: null, retrying: false },
  },
  { type: "run.stopping", at: 9, reason: "a signal", running: 0 },
  { type: "exitHook.log", at: 10, hook: "tell", stream: "stdout", line: "told" },
  { type: "exitHook.finished", at: 11, hook: "tell", status: "successful", problem: null, durationMs: 3 },
  {
    ...{ type: "exitHook.finished", at: 12, hook: "spin", status: "timedOut" },
    ...{ problem: "it took longer than 1 s", durationMs: 1000 },
  },
  {
    type: "run.finished",
    at: 13,
    pathspec: run,
    status: "failed",
    durationMs: 9,
    counts: { successful: 1, carriedOver: 1, failed: 1 },
    failure: { pathspec: `${run}/train/i0`, error },
  },
];

/** Events as users and their tasks can make them. */
export const strangeEvents: readonly RunEvent[] = [
  { type: "task.log", at: 1, ...about("train", "i0", 0), stream: "stderr", line: "x".repeat(200_000) },
  {
    type: "task.log",
    at: 2,
    ...about("train", "i0", 0),
    stream: "stdout",
    line: "a\nb\r\u2028\u0000\ud800 ü 🚀 \"'\\",
  },
  { type: "task.log", at: 3, ...about("train", "i0", 0), stream: "stdout", line: "" },
  {
    ...{ type: "task.finished", at: 4, ...about("train", "i0", 0), status: "failed", durationMs: 2, retrying: false },
    error: { ...error, message: "first line\nsecond line", cause: error },
  },
];
