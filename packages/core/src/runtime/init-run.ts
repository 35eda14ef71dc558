import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { ProcessIdentity } from "../contracts/records.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { registerRun } from "./register-run.js";
import type { LoadedFlow } from "./run-options.js";
import type { StartedRun } from "./started-run.js";

/** What registering a run for other processes takes. */
export interface InitRequest {
  readonly datastore: Datastore;
  readonly flow: LoadedFlow;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly user: string | null;
  /** What the flow's decorators add. */
  readonly started: StartedRun;
  /** What was given for options of decorators. */
  readonly given: GivenByDecorator;
  /** Null: a new one. */
  readonly runId: string | null;
}

/** A run without a driver of its own: whether it lives is told by heartbeats alone. */
const NOBODY: ProcessIdentity = { host: "", pid: 0, startMark: null };

/**
 * Registers a run whose regions other processes will execute, and returns its id. Doing it again for the same id is
 * no error: the first registration counts.
 */
export async function initRun(request: InitRequest): Promise<string> {
  const { runId, parameters, ...rest } = request;
  try {
    const { run } = await registerRun({
      ...rest,
      runId,
      origin: null,
      owner: NOBODY,
      maxNumSplits: null,
      parameters: { values: parameters },
    });
    return run.runId;
  } catch (error) {
    if (runId !== null && isMetaflowError(error, "MF_RUN_ID_TAKEN")) return runId;
    throw error;
  }
}
