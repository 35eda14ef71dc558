import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { coreProgramPath } from "../packaging/core-entry.js";
import type { SecretMask } from "../secrets/secret-mask.js";
import type { TaskSpec } from "../task/task-context.js";
import { createDetachedGroups } from "./detached-groups.js";
import type { OrphanGuard } from "./orphan-guard.js";
import { killGroup, stopGroup } from "./process-group.js";
import { createStreamLines, type StreamLines } from "./stream-lines.js";
import type { AttemptEnd, AttemptListener, ProcessDeath } from "./task-launcher.js";
import { endMark, type FromWorker, KEY_VARIABLE, type ToWorker, WORKER_NODE_OPTIONS } from "./worker-protocol.js";

/** How long output may still come after a process is gone, from children that hold its streams, in ms. */
const LATE_OUTPUT = 1000;

/** Bytes of stderr that are searched for Node's message about its heap. */
const LAST_WORDS = 16 * 1024;

/** One worker process, which takes one task at a time. */
export interface WorkerProcess {
  readonly pid: number | null;
  /** Why it must not get another task; null while it may. */
  readonly retired: string | null;
  send(message: ToWorker): void;
  execute(spec: TaskSpec, listener: AttemptListener): Promise<AttemptEnd>;
  stop(): void;
  kill(): void;
  /** Ends an idle worker; resolves when it is gone. */
  close(): Promise<void>;
}

interface Busy {
  readonly number: number;
  /** Resolves when everything that the task printed was read, on both streams. */
  readonly allRead: Promise<unknown>;
  readonly listener: AttemptListener;
  readonly finish: (end: AttemptEnd) => void;
}

/**
 * Starts a worker process. It leads a process group of its own, so that what its tasks start ends with it.
 *
 * @param mask learns the secrets of its tasks, takes them out of what they print, and tells them to those that follow
 * @param onThrottled called where its datastore asks for fewer requests
 */
export function startWorker(guard: OrphanGuard, mask: SecretMask, onThrottled: () => void): WorkerProcess {
  const key = randomUUID();
  const child = spawn(process.execPath, [coreProgramPath("worker")], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
    env: workerEnvironment(key),
  });
  const detached = createDetachedGroups(guard);
  const kill = (): void => {
    killGroup(child.pid);
    detached.kill();
  };
  let busy: Busy | undefined;
  let retired: string | null = null;
  let exitStack: readonly string[] = [];
  let lastWords = "";
  let number = 0;
  const streams = followOutput(child, mask, (stream, text, terminated) => {
    if (stream === "stderr") lastWords = `${lastWords}${text}\n`.slice(-LAST_WORDS);
    busy?.listener.onLine(stream, text, terminated);
  });
  const gone = waitForEnd(child, streams).then((death) => {
    guard.remove(child.pid);
    detached.kill();
    retired ??= "its process ended";
    const outOfMemory = /FATAL ERROR:.*(?:heap out of memory|Allocation failed)/.test(lastWords);
    busy?.finish({ status: "died", death: { ...death, outOfMemory, exitStack } });
    busy = undefined;
  });
  child.on("message", (message: FromWorker) => {
    if (message.type === "detached") {
      detached.change(message.pid, message.gone);
      return;
    }
    if (message.type === "secrets") {
      mask.add(message.secrets);
      child.send({ type: "secretsKnown" } satisfies ToWorker, () => {});
      return;
    }
    if (message.type === "throttled") {
      onThrottled();
      return;
    }
    if (message.type === "exiting") {
      exitStack = message.stack;
      return;
    }
    retired ??= message.unclean;
    const ended = busy;
    if (ended === undefined || ended.number !== message.number) return;
    void ended.allRead.then(() => {
      if (busy !== ended) return;
      busy = undefined;
      ended.finish(message.end);
    });
  });
  return {
    get pid() {
      return child.pid ?? null;
    },
    get retired() {
      return retired;
    },
    send: (message) => void child.send(message, () => {}),
    execute(spec, listener) {
      number += 1;
      lastWords = "";
      const task = number;
      const mark = endMark(key, task);
      const allRead = Promise.all(streams.map(([lines]) => new Promise<void>((read) => lines.expect(mark, read))));
      return new Promise((finish) => {
        busy = { number: task, allRead, listener, finish };
        listener.onStart(child.pid ?? null);
        child.send({ type: "task", number: task, spec, secrets: mask.known } satisfies ToWorker, () => {});
        // Only now: the task begins while the guard is started. Idle workers see for themselves that the driver is gone.
        guard.add(child.pid);
        if (retired !== null)
          finish({ status: "died", death: { code: null, signal: null, outOfMemory: false, exitStack } });
      });
    },
    stop: () => stopGroup(child.pid),
    kill,
    async close() {
      kill();
      await gone;
    },
  };
}

function workerEnvironment(key: string): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: handed on as it is; the worker takes out what is added
  const environment = process.env;
  const options = `${WORKER_NODE_OPTIONS}${environment.NODE_OPTIONS ?? ""}`;
  return { ...environment, NODE_OPTIONS: options, [KEY_VARIABLE]: key };
}

type Stream = "stdout" | "stderr";

function followOutput(
  child: ChildProcess,
  mask: SecretMask,
  onLine: (stream: Stream, text: string, terminated: boolean) => void,
): readonly (readonly [StreamLines, Readable])[] {
  return (["stdout", "stderr"] as const).map((name) => {
    const lines = createStreamLines((text, terminated) => onLine(name, text, terminated), mask);
    const stream = child[name];
    if (stream === null) throw new Error("The worker was started without pipes.");
    stream.on("data", (bytes: Buffer) => lines.push(bytes));
    stream.on("error", () => {});
    return [lines, stream] as const;
  });
}

/** Resolves when the process is gone and all that it printed was given out. */
export function waitForEnd(
  child: ChildProcess,
  streams: readonly (readonly [StreamLines, Readable])[],
): Promise<Pick<ProcessDeath, "code" | "signal">> {
  return new Promise((resolve) => {
    let end: Pick<ProcessDeath, "code" | "signal"> = { code: null, signal: null };
    let done = false;
    const finish = (): void => {
      if (done) return;
      done = true;
      for (const [lines] of streams) lines.end();
      resolve(end);
    };
    child.on("error", finish);
    child.on("exit", (code, signal) => {
      end = { code, signal };
      killGroup(child.pid);
      setTimeout(finish, LATE_OUTPUT).unref();
    });
    child.on("close", finish);
  });
}
