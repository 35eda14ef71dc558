import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { RunRecord } from "../contracts/records.js";
import { siteOf } from "../decorators/attach-flow-decorators.js";
import { decoratorFailed } from "../decorators/decorator-failed.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import type { LoadedFlow } from "./run-options.js";
import { nothingStarted, type StartedRun, withAddition } from "./started-run.js";
import { unlessStopped } from "./unless-stopped.js";

/** Around a run that is about to be registered. */
export interface StartRequest {
  readonly datastore: Datastore;
  readonly user: string | null;
  readonly given: GivenByDecorator;
  /** The run that is resumed. */
  readonly origin: RunRecord | null;
  /** Aborted: nobody waits for a decorator any more. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Lets the flow's decorators start a run, one after the other, before it is registered.
 *
 * @throws DECORATOR_FAILED, DECORATOR_ADDITION_INVALID; RUN_NOT_STARTED where it was told to stop
 */
export async function startDecorators(flow: LoadedFlow, request: StartRequest): Promise<StartedRun> {
  const { graph, definition } = flow;
  const { datastore, user, given, origin } = request;
  const site = siteOf(graph, definition);
  const resumed = origin === null ? undefined : { runId: origin.runId, current: origin.current ?? {} };
  let all: StartedRun = nothingStarted;
  for (const { definition: decorator, options } of flow.decorators) {
    const { name } = decorator;
    const start = { ...site, datastore, user: user ?? undefined, given: given.flow[name] ?? {}, origin: resumed };
    const starting = blaming(name, graph.flow, async () => (await decorator.start?.(options, start)) ?? {});
    const started = await unlessStopped(starting, request.stop);
    const { parameters } = definition;
    all = withAddition(all, { decorator: name, flow: graph.flow, parameters, started });
  }
  return origin?.triggers === undefined ? all : { ...all, triggers: origin.triggers };
}

async function blaming<T>(decorator: string, flow: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    // It says by itself what is wrong, and what to do.
    if (isMetaflowError(cause)) throw cause;
    throw decoratorFailed(decorator, "start", { flow }, cause);
  }
}
