/** Writes records as a run would, so that readers can be tested without one. */

import { toRef } from "../../src/artifacts/artifact-ref.js";
import { encodeArtifact } from "../../src/artifacts/encode-artifact.js";
import { createSerializerSet } from "../../src/artifacts/serializer-set.js";
import { createClient } from "../../src/client/create-client.js";
import type { Datastore } from "../../src/contracts/datastore.js";
import type { FlowGraph, ScopeFrame, StepNode } from "../../src/contracts/graph.js";
import type { RecordedError, RunRecord, TaskRecord } from "../../src/contracts/records.js";
import type { ArtifactRef } from "../../src/contracts/serializer.js";
import type { TakenTransition, Transition } from "../../src/contracts/transition.js";
import { createBlobStore } from "../../src/datastore/blob-store.js";
import { createMemoryDatastore } from "../../src/datastore/memory-datastore.js";
import { createRecordStore } from "../../src/datastore/record-store.js";
import { currentProcess } from "../../src/metadata/process-identity.js";
import { formatLogLine, type LogStream } from "../../src/util/log-lines.js";

/** 2026-01-02T03:04:05Z, and the id of a run that started then. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);
export const RUN = String(START * 1000);

const serializers = createSerializerSet([]);

function node(name: string, transition: Transition, previous: string[], more: Partial<StepNode> = {}): StepNode {
  const next =
    transition.kind === "end"
      ? []
      : transition.kind === "switch"
        ? [...new Set(transition.cases.map(({ target }) => target))]
        : transition.kind === "split"
          ? transition.targets
          : [transition.target];
  return {
    name,
    type: "linear",
    transition,
    next,
    previous,
    isJoin: false,
    split: null,
    matchingJoin: null,
    scope: [],
    backTo: [],
    reads: [],
    inputReads: [],
    doc: "",
    decorators: [],
    policy: {},
    nodeInfo: {},
    source: null,
    ...more,
  };
}

const models: readonly ScopeFrame[] = [{ kind: "foreach", step: "start" }];
const rounds: readonly ScopeFrame[] = [...models, { kind: "loop", step: "refine" }];

/** start → foreach train → refine (a loop) → join → end */
export const graph: FlowGraph = {
  flow: "TrainFlow",
  file: "train.ts",
  doc: "",
  start: "start",
  end: "end",
  steps: {
    start: node("start", { kind: "foreach", target: "train", artifact: "models" }, [], { matchingJoin: "join" }),
    train: node("train", { kind: "linear", target: "refine" }, ["start"], { scope: models }),
    refine: node(
      "refine",
      {
        kind: "switch",
        condition: "verdict",
        cases: [
          { value: "again", target: "refine" },
          { value: "done", target: "join" },
        ],
        fallback: null,
        maxIterations: null,
      },
      ["train", "refine"],
      { scope: rounds, backTo: ["refine"] },
    ),
    join: node("join", { kind: "linear", target: "end" }, ["refine"], { isJoin: true, split: "start" }),
    end: node("end", { kind: "end" }, ["join"], { type: "end" }),
  },
  decorators: [],
  structure: [],
};

export function error(message: string): RecordedError {
  return { code: null, type: "TypeError", message, stack: [], codeFrame: null, fix: null, cause: null, errors: [] };
}

/** A datastore with ways to fill it. */
export async function createStoredRuns(datastore: Datastore = createMemoryDatastore()) {
  const records = createRecordStore(datastore);
  const blobs = createBlobStore(datastore);
  const graphBlob = await blobs.put([Buffer.from(JSON.stringify(graph))]);

  /** Small values stand in the record, `blob: true` stores them apart. */
  const ref = async (value: unknown, blob = false): Promise<ArtifactRef> => {
    const encoded = encodeArtifact("x", value, serializers);
    if (blob) await blobs.put(encoded.chunks);
    return toRef(encoded, { inlineLimit: blob ? -1 : 1024 });
  };
  const refs = async (values: Record<string, unknown>): Promise<Record<string, ArtifactRef>> =>
    Object.fromEntries(await Promise.all(Object.entries(values).map(async ([k, v]) => [k, await ref(v)] as const)));

  const addRun = async (change: Partial<RunRecord> = {}): Promise<RunRecord> => {
    const record: RunRecord = {
      version: 1,
      flow: "TrainFlow",
      runId: RUN,
      status: "successful",
      startedAt: START,
      finishedAt: START + 61_000,
      user: "ada",
      tags: [],
      systemTags: ["user:ada"],
      parameters: {},
      origin: null,
      maxNumSplits: 1000,
      code: {
        sha256: graphBlob,
        map: graphBlob,
        entry: "/x/train.ts",
        exportName: "default",
        file: "train.ts",
        modules: {},
      },
      graph: graphBlob,
      owner: currentProcess(),
      counts: null,
      failure: null,
      ...change,
    };
    await records.createRun(record);
    return record;
  };

  const taskRecord = (step: string, task: string, change: Partial<TaskRecord> = {}): TaskRecord => ({
    version: 1,
    flow: "TrainFlow",
    runId: RUN,
    step,
    task,
    attempt: 0,
    status: "successful",
    startedAt: START + 1000,
    finishedAt: START + 2000,
    inputs: [],
    foreach: [],
    loops: [],
    transition: null,
    artifacts: {},
    error: null,
    originPathspec: null,
    ...change,
  });
  const commit = (step: string, task: string, change: Partial<TaskRecord> = {}) =>
    records.commitTask(taskRecord(step, task, change));
  const fail = (step: string, task: string, attempt: number, message: string, change: Partial<TaskRecord> = {}) =>
    records.saveFailedAttempt(taskRecord(step, task, { attempt, status: "failed", error: error(message), ...change }));

  /** A chunk of lines `[stream, text]`; the last one is unterminated where its text ends in `…`. */
  const log = (step: string, task: string, attempt: number, chunk: number, lines: [LogStream, string][], runId = RUN) =>
    records.writeLogChunk(
      { flow: "TrainFlow", runId, step, task, attempt },
      chunk,
      lines.map(([stream, text], i) => formatLogLine(START + i, stream, text, !text.endsWith("…"))).join(""),
    );

  return { datastore, records, blobs, client: await createClient({ datastore }), ref, refs, addRun, commit, fail, log };
}

export type StoredRuns = Awaited<ReturnType<typeof createStoredRuns>>;

/** A successful run of the whole graph: three models, the second of which is refined twice. */
export async function addWholeRun(stored: StoredRuns, change: Partial<RunRecord> = {}): Promise<void> {
  const runId = change.runId ?? RUN;
  const counts = { successful: 10, carriedOver: 0, failed: 0 };
  await stored.addRun({ counts, parameters: await stored.refs({ alpha: 0.5 }), ...change });
  const commit = (step: string, task: string, more: Partial<TaskRecord>) =>
    stored.commit(step, task, { runId, ...more });
  const artifacts = await stored.refs({ alpha: 0.5, models: ["a", "b", "c"], _private: 1 });
  const split: TakenTransition = { kind: "foreach", target: "train", splits: 3, items: [] };
  await commit("start", "0", { artifacts, transition: split });
  for (const index of [0, 1, 2]) {
    const foreach = [{ step: "start", index, splits: 3 }];
    const item = `i${index}`;
    await commit("train", item, {
      foreach,
      inputs: ["start/0"],
      transition: { kind: "linear", target: "refine" },
      artifacts: { ...artifacts, score: await stored.ref(index / 10, true) },
    });
    const last = index === 1 ? 1 : 0;
    for (let iteration = 0; iteration <= last; iteration += 1) {
      await commit("refine", `${item}-r${iteration}`, {
        foreach,
        loops: [{ step: "refine", iteration }],
        inputs: [iteration === 0 ? `train/${item}` : `refine/${item}-r${iteration - 1}`],
        transition: { kind: "switch", target: iteration === last ? "join" : "refine", case: "x" },
      });
    }
  }
  const ends = ["refine/i0-r0", "refine/i1-r1", "refine/i2-r0"];
  await commit("join", "0", { inputs: ends, transition: { kind: "linear", target: "end" } });
  await commit("end", "0", {
    inputs: ["join/0"],
    transition: { kind: "end" },
    artifacts: await stored.refs({ score: 0.2, when: new Date(0), nothing: undefined }),
  });
}
