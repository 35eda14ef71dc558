import { currentProcess } from "../metadata/process-identity.js";
import { driveRun } from "./drive-run.js";
import { nothingFinished } from "./finished-tasks.js";
import { registerRun } from "./register-run.js";
import type { RunRequest, RunResult } from "./run-options.js";

/**
 * Runs a flow from its start to its end. A run that fails is a result, not an error; what throws before the run has
 * an id left nothing behind.
 */
export async function runFlow(request: RunRequest): Promise<RunResult> {
  const { flow, parameters, datastore, tags, user, started, given } = request;
  const registered = await registerRun({
    datastore,
    flow,
    tags,
    user,
    started,
    given,
    origin: null,
    owner: currentProcess(),
    maxNumSplits: request.maxNumSplits,
    runId: null,
    stop: request.stop,
    parameters: { values: parameters },
  });
  return driveRun(flow, request, registered, nothingFinished);
}
