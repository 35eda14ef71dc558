import type { Backend } from "../contracts/backend.js";
import type { PackageFile } from "../contracts/code-package.js";
import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { RunCounts, RunFailure, RunStatus } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import type { PackagedFile } from "../contracts/step-decorator.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import type { CodePackages } from "../packaging/code/make-package.js";
import type { FlowBundle } from "../packaging/flow-bundle.js";
import type { StartedRun } from "./started-run.js";
import type { WorkerPool } from "./worker-pool.js";

/** A flow, loaded and checked, with the code that its tasks will run. */
export interface LoadedFlow {
  readonly definition: FlowDefinition;
  readonly graph: FlowGraph;
  /** Those of the flow itself, as they stand in the graph. */
  readonly decorators: readonly FlowAttachment[];
  readonly bundle: FlowBundle;
  /** The class's name among the exports of its file. */
  readonly exportName: string;
  /** The file as the user wrote it. */
  readonly file: string;
  /** Installed plugins that the tasks need beside what the bundle imports. */
  readonly plugins?: readonly InstalledPlugin[] | undefined;
  /** What the source gives decorators and nothing may store. */
  readonly secrets?: readonly NamedSecret[] | undefined;
  /** Asks the flow's decorators for what they add to the code package. */
  readonly files?: (() => Promise<readonly PackagedFile[]>) | undefined;
  /** What tasks elsewhere run from; undefined where none run elsewhere. */
  readonly packages?: CodePackages | undefined;
  /** The program that makes a place ready; undefined where no step runs at one. */
  readonly bootstrap?: PackageFile | undefined;
}

/** A backend that steps run on, with its options checked. */
export interface ChosenBackend {
  readonly backend: Backend;
  readonly options: unknown;
}

/** What `run` and `resume` have in common. */
export interface RunSettings {
  readonly datastore: Datastore;
  readonly maxWorkers: number;
  /** Items that one foreach may have. */
  readonly maxNumSplits: number;
  /** Bytes that are kept of each stream of a task attempt. */
  readonly maxLogSize: number;
  /** By step; a step without one runs in warm worker processes. */
  readonly backends?: ReadonlyMap<string, ChosenBackend> | undefined;
  readonly tags: readonly string[];
  readonly user: string | null;
  /** What was given for options of decorators. */
  readonly given: GivenByDecorator;
  /** A pool that was started ahead of time; whoever runs closes it. */
  readonly pool?: WorkerPool | undefined;
  /** Called with the id as soon as the run is registered, before its first task. */
  readonly onRunId?: ((runId: string) => Promise<void> | void) | undefined;
  readonly observer: RunObserver;
  /** First abort: stop cleanly. The reason `"now"` (abort again through `kill`): at once. */
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
}

export interface RunRequest extends RunSettings {
  readonly flow: LoadedFlow;
  /** What the flow's decorators add. */
  readonly started: StartedRun;
  /** By field; validated. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ResumeRequest extends RunSettings {
  readonly flow: LoadedFlow;
  /** Null: the newest run of the flow. */
  readonly originRunId: string | null;
  /** Run this step and all after it again; null: only what did not finish. */
  readonly fromStep: string | null;
}

export interface RunResult {
  readonly runId: string;
  readonly status: Exclude<RunStatus, "running">;
  readonly counts: RunCounts;
  readonly failure: RunFailure | null;
}
