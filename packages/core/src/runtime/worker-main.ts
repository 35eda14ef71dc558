import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { recordsKnowing } from "../datastore/known-objects.js";
import { openLocation } from "../datastore/provider-module.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { maskError } from "../secrets/mask-error.js";
import { createSecretMask } from "../secrets/secret-mask.js";
import { attemptTask } from "../task/attempt-task.js";
import { type CleanState, noteCleanState } from "../task/clean-process.js";
import { recordError, showRecordedError } from "../task/record-error.js";
import type { SecretKeeper } from "../task/secret-keeper.js";
import type { TaskSpec } from "../task/task-context.js";
import { mapStacks } from "./map-stacks.js";
import { type OpenRun, openRun } from "./open-run.js";
import { endMark, type FromWorker, type ToWorker, type WorkerEnd } from "./worker-protocol.js";

/** What a worker needs of the process it is. */
export interface WorkerProcessApi {
  readonly key: string;
  readonly send: (message: FromWorker) => void;
  readonly onMessage: (listener: (message: ToWorker) => void) => void;
  readonly exit: (code: number) => void;
}

/** The attempt that the process is busy with. */
interface Attempt {
  /** `step/task` */
  readonly task: string;
  readonly fail: (error: unknown) => void;
  readonly abort: AbortController;
  /** True once the step asked for `current.signal`: then it is given time to end by itself. */
  usesSignal: boolean;
}

/** Takes tasks of one run, one after the other, until the driver goes away. */
export function runWorker(api: WorkerProcessApi): void {
  let run: Promise<OpenRun> | undefined;
  let attempt: Attempt | undefined;
  const secrets = createKeeper(api.send);
  writeAtOnce();
  const write = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));
  const flush = (text: string): Promise<unknown> =>
    Promise.all(write.map((each) => new Promise<void>((done) => void each(text, () => done()))));

  const execute = async (number: number, spec: TaskSpec): Promise<void> => {
    const opened = await (run ?? Promise.reject(errors.WORKER_BROKEN({ reason: "it got a task before its run" })));
    const { end, uncaught, clean } = await makeAttempt(opened, spec, secrets, (current) => {
      attempt = current;
    });
    const unclean = uncaught ?? (await leftBehind(clean));
    if (end.status === "failed")
      await new Promise<void>((done) => void write[1]?.(`${showRecordedError(end.error)}\n`, () => done()));
    await flush(endMark(api.key, number));
    attempt = undefined;
    api.send({ type: "ended", number, end, unclean });
  };

  api.onMessage((message) => {
    if (message.type === "run") {
      run = openWorkerRun(message, () => api.send({ type: "throttled" }));
      run.catch(() => {});
    } else if (message.type === "secretsKnown") {
      secrets.known();
    } else {
      secrets.mask.add(message.secrets);
      execute(message.number, message.spec).catch(async (error: unknown) => {
        const end: WorkerEnd = {
          status: "failed",
          error: maskError(recordError(error, { positions: null, cwd: process.cwd() }), secrets.mask),
        };
        await flush(endMark(api.key, message.number));
        api.send({ type: "ended", number: message.number, end, unclean: "the task could not be started" });
      });
    }
  });
  process.on("uncaughtException", (error, origin) => {
    // What fails between two tasks was left behind by the one before; the next one gets another process.
    if (attempt === undefined) api.exit(1);
    else attempt.fail(uncaught(attempt.task, error, origin));
  });
  process.on("SIGTERM", () => {
    attempt?.abort.abort();
    // Who listens, by `current.signal` or in Node's own way, ends the task in the time that is left.
    if (attempt?.usesSignal === true || process.listenerCount("SIGTERM") > 1) return;
    process.removeAllListeners("SIGTERM");
    process.kill(process.pid, "SIGTERM");
  });
  process.on("exit", () => {
    if (attempt !== undefined) api.send({ type: "exiting", stack: (new Error().stack ?? "").split("\n").slice(1) });
  });
}

/** Tells the driver of secrets, which answers in the order in which it is told. */
function createKeeper(send: WorkerProcessApi["send"]): SecretKeeper & { known(): void } {
  const waiting: (() => void)[] = [];
  return {
    mask: createSecretMask(),
    tell: (secrets) =>
      new Promise((known) => {
        waiting.push(known);
        send({ type: "secrets", secrets });
      }),
    known: () => waiting.shift()?.(),
  };
}

/** Milliseconds to wait, one after the other, for what is under way to end. */
const SETTLING = [0, 0, 1, 10, 20];

/**
 * What the task left behind, or null. What this process itself read and wrote counts as under way for a moment after
 * it ended, so a first look that finds something is not the last.
 */
async function leftBehind(clean: CleanState): Promise<string | null> {
  let found: string | null = null;
  for (const wait of SETTLING) {
    await (wait === 0 ? nextTurn() : sleep(wait));
    found = clean.restore();
    if (found === null) return null;
  }
  return found;
}

/**
 * Makes writing wait until everything was taken. Otherwise Node keeps what the pipe cannot hold, and loses it when the
 * process is killed or exits.
 */
function writeAtOnce(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _handle: handle } = stream as { readonly _handle?: { setBlocking?(on: boolean): void } };
    handle?.setBlocking?.(true);
  }
}

function uncaught(task: string, error: unknown, origin: string): unknown {
  const kind = origin === "unhandledRejection" ? "unhandled rejection" : "uncaught exception";
  return errors.TASK_UNCAUGHT({ task, kind }, { cause: error });
}

async function openWorkerRun(message: Extract<ToWorker, { type: "run" }>, onThrottled: () => void): Promise<OpenRun> {
  const { location, flow, runId, known = {} } = message;
  const datastore = await openLocation(location);
  let isTold = false;
  datastore.onThrottled?.(() => {
    if (!isTold) onThrottled();
    isTold = true;
  });
  const run = await openRun(datastore, flow, runId, recordsKnowing(datastore, known));
  mapStacks(run.storedCode);
  return run;
}

async function makeAttempt(
  run: OpenRun,
  spec: TaskSpec,
  secrets: SecretKeeper,
  begin: (attempt: Attempt) => void,
): Promise<{ end: WorkerEnd; uncaught: string | null; clean: CleanState }> {
  let uncaughtReason: string | null = null;
  let reject: (error: unknown) => void = () => {};
  const fatal = new Promise<never>((_, fail) => {
    reject = fail;
  });
  fatal.catch(() => {});
  const attempt: Attempt = {
    task: `${spec.step}/${taskId(run.context.graph, spec.step, spec.address)}`,
    fail: (error) => {
      uncaughtReason = "something failed outside of the step's own calls";
      reject(error);
    },
    abort: new AbortController(),
    usesSignal: false,
  };
  begin(attempt);
  // What a package does to the process when it is loaded, all tasks find: it is loaded only once.
  await run.loadPackages();
  const clean = noteCleanState();
  const outcome = await attemptTask(run.context, spec, {
    evaluate: run.evaluate,
    errorContext: run.errorContext,
    fatal,
    secrets,
    signal: () => {
      attempt.usesSignal = true;
      return attempt.abort.signal;
    },
  });
  if (outcome.status !== "failed") return { end: outcome, uncaught: uncaughtReason, clean };
  const { error } = outcome.record;
  if (error === null) throw new Error("A failed record has no error.");
  return { end: { status: "failed", error }, uncaught: uncaughtReason, clean };
}
