import type { SerializerSet } from "../artifacts/serializer-set.js";

import type { Current } from "../contracts/current.js";
import type { Datastore } from "../contracts/datastore.js";
import type { EndedRun, ExitHook } from "../contracts/flow-decorator.js";
import type { FlowClass } from "../contracts/flow-definition.js";
import type { GangStart } from "../contracts/gang.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { AttemptRef, TaskRef } from "../contracts/pathspec.js";
import type { BlobStore, RecordStore } from "../contracts/record-store.js";
import type { RunRecord, TaskRecord } from "../contracts/records.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { FindProvider } from "../secrets/find-provider.js";

/** One attempt that is to be made. */
export interface TaskSpec extends AttemptRef {
  /** In order; empty for the start step. */
  readonly inputs: readonly TaskRef[];
  /** The attempt after the last failed one: the decorators' `fallback` stands for the step. */
  readonly fallback?: boolean | undefined;
  /** For a task of a gang: the start that the attempt is part of. */
  readonly gang?: GangStart | undefined;
}

/** Everything that executing a task needs to know about its run. The same for all tasks of a process. */
export interface RunContext {
  readonly run: RunRecord;
  readonly graph: FlowGraph;
  readonly datastore: Datastore;
  readonly records: RecordStore;
  readonly blobs: BlobStore;
  /** Every name that is an artifact somewhere in the flow, as far as this process has seen. */
  readonly knownNames: Set<string>;
  /** Records of splits that were read, by `step/task`; they never change. Kept up by `foreach-position.ts`. */
  readonly splits: Map<string, TaskRecord>;
}

/** Names that the graph and the run tell. */
export function namesOf(graph: FlowGraph, run: RunRecord): Set<string> {
  const names = new Set(Object.keys(run.parameters));
  for (const node of Object.values(graph.steps)) {
    for (const name of [...node.reads, ...node.inputReads]) names.add(name);
  }
  return names;
}

/** The flow's code, evaluated for this task alone. */
export interface LoadedCode {
  readonly flowClass: FlowClass;
  readonly serializers: SerializerSet;
  /** What the step's decorators are, by name: those that the source attached, and those of plugins. */
  readonly decoratorsOf: (step: string) => ReadonlyMap<string, StepDecorator>;
  /** Fields of `current` that the flow's decorators make in each task. Asked with the others in place. */
  readonly addedFields: () => Promise<Partial<Current>>;
  /** What the flow's decorators have to be called after a run that ended so, in order. */
  readonly exitHooks: (status: EndedRun["status"]) => readonly ExitHook[];
  /** What the flow's file exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** The options that the source gives a step's decorator, as they stand there. */
  readonly optionsOf: (step: string, decorator: string) => unknown;
  /** What the options of all steps hold that is not stored, since the source takes it from this process's environment. */
  readonly secretsInSource: () => readonly NamedSecret[];
  /** Where secrets come from. */
  readonly findSecrets: FindProvider;
}
