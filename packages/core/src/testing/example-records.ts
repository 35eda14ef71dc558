import type { RunRecord, TaskRecord } from "../contracts/records.js";

/** A run's record as any run has it, for tests. */
export function exampleRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 1,
    flow: "TrainFlow",
    runId: "1700000000000000",
    status: "running",
    startedAt: 1_700_000_000_000,
    finishedAt: null,
    user: "ada",
    tags: ["tag:é"],
    systemTags: [],
    parameters: { alpha: { type: "number", size: 4, encoding: "json", value: 0.01 } },
    origin: null,
    code: {
      sha256: "a".repeat(64),
      map: "d".repeat(64),
      entry: "/home/ada/train.ts",
      exportName: "default",
      file: "train.ts",
      modules: {},
    },
    maxNumSplits: 1000,
    graph: "b".repeat(64),
    owner: { host: "host", pid: 42, startMark: "x-1" },
    counts: null,
    failure: null,
    ...changes,
  };
}

/** A task's record as any task has it, for tests. */
export function exampleTask(changes: Partial<TaskRecord> = {}): TaskRecord {
  return {
    version: 1,
    flow: "TrainFlow",
    runId: "1700000000000000",
    step: "train",
    task: "i3",
    attempt: 0,
    status: "successful",
    startedAt: 1_700_000_000_000,
    finishedAt: 1_700_000_001_000,
    inputs: ["start/0"],
    foreach: [{ step: "start", index: 3, splits: 5 }],
    loops: [],
    transition: { kind: "linear", target: "join" },
    artifacts: {
      score: { type: "number", size: 4, encoding: "json", value: 0.93 },
      model: { type: "Buffer", size: 9_000, encoding: "bytes", sha256: "c".repeat(64) },
    },
    error: null,
    originPathspec: null,
    ...changes,
  };
}
