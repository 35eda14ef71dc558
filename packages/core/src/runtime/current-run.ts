import { createClient } from "../client/create-client.js";
import type { Run } from "../client/run.js";
import type { AnyFlow } from "../client/types.js";
import { runDatastore } from "../datastore/run-datastore.js";
import { errors } from "../errors/codes.js";
import { current } from "../task/current.js";

/**
 * The run that the running step belongs to, as the client reads it from the run's own datastore: what earlier steps
 * left, its tags, its origin.
 *
 * @throws MF_NO_CURRENT_RUN outside of a running step
 */
export async function currentRun<F extends object = AnyFlow>(): Promise<Run<F>> {
  const datastore = runDatastore(current);
  if (!current.isRunningFlow || datastore === undefined) throw errors.NO_CURRENT_RUN(undefined);
  const client = await createClient({ datastore });
  return await client.flow<F>(current.flowName).run(current.runId);
}
