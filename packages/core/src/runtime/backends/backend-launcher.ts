import type { BackendAttempt, BackendEnd, LaunchedCommand, OpenBackend } from "../../contracts/backend.js";
import type { FlowGraph } from "../../contracts/graph.js";
import type { RecordStore } from "../../contracts/record-store.js";
import { taskId } from "../../graph/addresses.js";
import { createSecretMask } from "../../secrets/secret-mask.js";
import type { TaskSpec } from "../../task/task-context.js";
import { readResult } from "../attempt-result.js";
import type { AttemptEnd, AttemptListener, LaunchedAttempt, ProcessDeath, TaskLauncher } from "../task-launcher.js";
import { createSlots } from "./slots.js";

/** A backend that a run uses, with what its launches have in common. */
export interface BackendUse {
  readonly graph: FlowGraph;
  readonly runId: string;
  readonly records: RecordStore;
  readonly maxParallel: number | null;
  /** Opens it when its first attempt comes. */
  readonly open: () => Promise<OpenBackend>;
  /** What it is told of an attempt. */
  readonly describe: (spec: TaskSpec, task: string) => BackendAttempt | Promise<BackendAttempt>;
}

/** A command that was killed has this long before its attempt counts as lost, in ms. */
const KILL_LIMIT = 60_000;
const NOTHING: Omit<ProcessDeath, "lost"> = { code: null, signal: null, outOfMemory: false, exitStack: [] };

/** Lets a backend run attempts; how they ended is read from the records that their commands left. */
export function createBackendLauncher(use: BackendUse): TaskLauncher {
  const slots = createSlots(use.maxParallel ?? Number.POSITIVE_INFINITY);
  let opened: Promise<OpenBackend> | undefined;
  const open = (): Promise<OpenBackend> => {
    opened ??= use.open();
    return opened;
  };
  return {
    keepsLog: () => true,
    // Its processes take their secrets out of what they write, and tell nobody.
    mask: createSecretMask(),
    launch: (spec, listener) => launch(use, open, slots.take, spec, listener),
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

function launch(
  use: BackendUse,
  open: () => Promise<OpenBackend>,
  takeSlot: () => Promise<() => void>,
  spec: TaskSpec,
  listener: AttemptListener,
): LaunchedAttempt {
  const task = taskId(use.graph, spec.step, spec.address);
  const ending = createEnding();
  const run = async (): Promise<AttemptEnd> => {
    // The tasks of a gang wait for one another: none of them may wait for a slot.
    const release = spec.gang === undefined ? await takeSlot() : () => {};
    try {
      return await endOf(use, spec, task, await execute(use, open, spec, task, listener, ending));
    } finally {
      release();
    }
  };
  return { ended: run(), stop: ending.stop, kill: ending.kill };
}

async function execute(
  use: BackendUse,
  open: () => Promise<OpenBackend>,
  spec: TaskSpec,
  task: string,
  listener: AttemptListener,
  ending: Ending,
): Promise<BackendEnd> {
  let isStarted = false;
  const onStart = ({ pid }: { readonly pid?: number | undefined }): void => {
    if (!isStarted) listener.onStart(pid ?? null);
    isStarted = true;
  };
  try {
    if (ending.isAsked()) return { kind: "lost", reason: "it was ended before it began" };
    const [backend, attempt] = await Promise.all([open(), use.describe(spec, task)]);
    if (ending.isAsked()) return { kind: "lost", reason: "it was ended before it began" };
    const launched = backend.launch(attempt, { onStart, onLine: listener.onLine });
    return await ending.follow(launched);
  } catch (error) {
    return { kind: "lost", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    // Whoever watches is told of every attempt that it began, before it is told that it ended.
    onStart({});
  }
}

/** What the command recorded counts; how it ended only where it recorded nothing. */
async function endOf(use: BackendUse, spec: TaskSpec, task: string, end: BackendEnd): Promise<AttemptEnd> {
  const { graph, runId, records } = use;
  const committed = await readResult(use, spec);
  if (committed?.transition != null) return { status: "successful", transition: committed.transition };
  const failed = await records.readFailedAttempt(graph.flow, runId, spec.step, task, spec.attempt);
  if (failed?.error != null) return { status: "failed", error: failed.error };
  return { status: "died", death: deathOf(end) };
}

function deathOf(end: BackendEnd): ProcessDeath {
  switch (end.kind) {
    case "exited":
      return { ...NOTHING, code: end.code };
    case "signal":
      return { ...NOTHING, signal: end.signal };
    case "outOfMemory":
      return { ...NOTHING, outOfMemory: true };
    case "lost":
      return { ...NOTHING, lost: end.reason };
  }
}

/** Being told to end, which may come before there is anything to be ended. */
interface Ending {
  readonly stop: () => void;
  readonly kill: () => void;
  isAsked(): boolean;
  /** Passes on what was asked and will be; gives up on a command that does not end though it was killed. */
  follow(launched: LaunchedCommand): Promise<BackendEnd>;
}

function createEnding(): Ending {
  const asked = { stop: false, kill: false };
  let act: (how: "stop" | "kill") => void = () => {};
  const ask = (how: "stop" | "kill"): void => {
    asked[how] = true;
    act(how);
  };
  return {
    stop: () => ask("stop"),
    kill: () => ask("kill"),
    isAsked: () => asked.stop || asked.kill,
    async follow(launched) {
      let timer: NodeJS.Timeout | undefined;
      const stuck = new Promise<BackendEnd>((resolve) => {
        act = (how) => {
          launched[how]();
          if (how !== "kill") return;
          timer ??= setTimeout(() => resolve({ kind: "lost", reason: "it was killed and did not end" }), KILL_LIMIT);
        };
      });
      if (asked.kill) act("kill");
      else if (asked.stop) act("stop");
      try {
        return await Promise.race([launched.ended, stuck]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
