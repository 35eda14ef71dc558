import { setImmediate as nextTurn } from "node:timers/promises";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import type { Datastore } from "../contracts/datastore.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import { attachmentsInRun } from "../decorators/attachments-in-run.js";
import { createRegistry } from "../registry/create-registry.js";
import { flowHooks } from "../runtime/flow-hooks.js";
import { openRun } from "../runtime/open-run.js";
import type { AttemptEnd, LaunchedAttempt, ProcessDeath } from "../runtime/task-launcher.js";
import type { WorkerPool } from "../runtime/worker-pool.js";
import { builtinSecrets } from "../secrets/builtin-providers.js";
import { providersOf } from "../secrets/find-provider.js";
import { createSecretMask } from "../secrets/secret-mask.js";
import { attemptTask } from "../task/attempt-task.js";
import type { RunContext, TaskSpec } from "../task/task-context.js";
import { seededPick } from "./seeded-pick.js";

/** What happens to attempts besides their step's code. */
export interface AttemptHooks {
  /** Awaited before an attempt begins. What it throws fails the attempt; what never resolves hangs until it is stopped. */
  readonly before?: ((spec: TaskSpec) => Promise<void> | void) | undefined;
  /** Awaited when an attempt has ended, before the driver hears of it. */
  readonly after?: ((spec: TaskSpec) => Promise<void> | void) | undefined;
}

/** Where attempts find their code and their run. */
export interface InProcessFlow {
  readonly definition: FlowDefinition;
  readonly datastore: Datastore;
}

const STOPPED: ProcessDeath = { code: null, signal: "SIGTERM", outOfMemory: false, exitStack: [] };

/**
 * Executes attempts in this process, on a class that is there already: the same code from loading to committing as a
 * worker's, thousands of times a second. For flows whose steps are synchronous, since nothing can interrupt them.
 */
export function createInProcessPool(flow: InProcessFlow, hooks: AttemptHooks = {}): WorkerPool {
  let context: Promise<RunContext> | undefined;
  return {
    keepsLog: () => false,
    mask: createSecretMask(),
    serve({ flow: name, runId }) {
      context = openRun(flow.datastore, name, runId).then((opened) => opened.context);
    },
    launch(spec, listener) {
      if (context === undefined) throw new Error("A task came before its run.");
      listener.onStart(null);
      return launch(flow, context, spec, hooks);
    },
    close: async () => {},
  };
}

function launch(
  flow: InProcessFlow,
  context: Promise<RunContext>,
  spec: TaskSpec,
  { before, after }: AttemptHooks,
): LaunchedAttempt {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const stopped = new Promise<"stopped">((resolve) => {
    abort.signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const run = async (): Promise<AttemptEnd> => {
    let refusal: Promise<never> | undefined;
    const begin = async (): Promise<void> => before?.(spec);
    const begun = begin().catch((error: unknown) => {
      refusal = Promise.reject(error);
      refusal.catch(() => {});
    });
    if ((await Promise.race([begun, stopped])) === "stopped") return { status: "died", death: STOPPED };
    const end = await attempt(flow, await context, spec, abort.signal, refusal);
    await Promise.race([after?.(spec), stopped]);
    return end;
  };
  return { ended: run(), stop, kill: stop };
}

async function attempt(
  { definition, datastore }: InProcessFlow,
  context: RunContext,
  spec: TaskSpec,
  signal: AbortSignal,
  refusal: Promise<never> | undefined,
): Promise<AttemptEnd> {
  const serializers = createSerializerSet(definition.serializers);
  const outcome = await attemptTask(context, spec, {
    evaluate: () =>
      refusal ??
      Promise.resolve({
        flowClass: definition.flowClass,
        serializers,
        decoratorsOf: (step) => new Map(Object.entries(definition.steps[step]?.definitions ?? {})),
        exports: definition.exports,
        ...flowHooks(context, datastore, () => attachmentsInRun(context.graph, definition.decorators, new Map())),
        optionsOf: (step, decorator) =>
          definition.steps[step]?.decorators.find(({ name }) => name === decorator)?.attributes,
        secretsInSource: () => [],
        findSecrets: providersOf(createRegistry({}, { builtins: builtinSecrets })),
      }),
    signal: () => signal,
    fatal: new Promise<never>(() => {}),
    errorContext: async () => ({ positions: null, cwd: process.cwd() }),
    secrets: { mask: createSecretMask(), tell: async () => {} },
  });
  if (outcome.status !== "failed") return outcome;
  const { error } = outcome.record;
  if (error === null) throw new Error("A failed record has no error.");
  return { status: "failed", error };
}

/** A hook that waits for some turns of the event loop, so that attempts end in another order for each seed. */
export function randomTurns(seed: number): () => Promise<void> {
  const pick = seededPick(seed);
  return async () => {
    for (let turns = pick(8); turns > 0; turns -= 1) await nextTurn();
  };
}
