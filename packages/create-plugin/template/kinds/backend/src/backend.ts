import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import {
  type Backend,
  type BackendAttempt,
  type BackendEnd,
  type BackendListener,
  defineBackend,
  type LaunchedCommand,
} from "@metaflow-ts/core/plugin";
import * as v from "valibot";

/** Options of a step that runs here, or of `metaflow.config.ts`. */
export interface AcmeNameBackendOptions {
  /** How much less of the processor it gets, from 0 to 19. */
  readonly niceness: number;
}

const schema = v.strictObject({
  niceness: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(19)), 10),
});

/** Runs tasks on this machine behind everything else that it does: by the system's `nice`. */
export const acmeNameBackend: Backend<AcmeNameBackendOptions> = defineBackend({
  name: "acme-name",
  capabilities: { local: true, resources: "ignored", maxParallel: null, gangs: false },
  options: schema,
  open({ environment }) {
    const running = new Set<ChildProcess>();
    return {
      launch: (attempt, listener) => launch(attempt, listener, environment, running),
      async close() {
        for (const child of running) signalAll(child, "SIGKILL");
      },
    };
  },
});

function launch(
  { command, variables, options }: BackendAttempt<AcmeNameBackendOptions>,
  listener: BackendListener,
  environment: Readonly<Record<string, string | undefined>>,
  running: Set<ChildProcess>,
): LaunchedCommand {
  const child = spawn("nice", ["-n", String(options.niceness), ...command], {
    env: { ...environment, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that all that it starts can be ended with it.
    detached: true,
  });
  running.add(child);
  child.once("spawn", () => listener.onStart({ pid: child.pid }));
  const streams = (["stdout", "stderr"] as const).map((name) =>
    readLines(child[name], (text, terminated) => listener.onLine(name, text, terminated)),
  );
  const ended = new Promise<BackendEnd>((done) => {
    child.once("error", (error) => done({ kind: "lost", reason: error.message }));
    child.once("exit", (code, signal) =>
      done(signal === null ? { kind: "exited", code: code ?? 1 } : { kind: "signal", signal }),
    );
  });
  return {
    // All lines come before the end.
    ended: ended.then(async (end) => {
      if (end.kind !== "lost") await Promise.all(streams);
      running.delete(child);
      return end;
    }),
    stop: () => void child.kill("SIGTERM"),
    kill: () => signalAll(child, "SIGKILL"),
  };
}

/** Gives every line, and a last one without a line feed as such; resolves when all was given. */
function readLines(input: Readable, give: (text: string, terminated: boolean) => void): Promise<void> {
  let rest = "";
  input.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) give(line, true);
  });
  return new Promise((done) => {
    input.once("close", () => {
      if (rest !== "") give(rest, false);
      done();
    });
  });
}

function signalAll({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended in this moment.
  }
}
