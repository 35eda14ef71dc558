import { spawn } from "node:child_process";
import type {
  BackendAttempt,
  BackendEnd,
  BackendListener,
  LaunchedCommand,
  OpenBackend,
} from "../../contracts/backend.js";
import { defineBackend } from "../../registry/define-backend.js";
import { createOrphanGuard, type OrphanGuard } from "../orphan-guard.js";
import { killGroup, stopGroup, stopGroupAtOnce } from "../process-group.js";
import { createStreamLines } from "../stream-lines.js";
import { waitForEnd } from "../worker-process.js";

/** A process that is told to end at once has this long to end its worker before it is killed itself, in ms. */
const LAST_GRACE = 1000;

/** Each attempt in a new process of this machine, which gets nothing but the datastore and the ids. */
export const processBackend = defineBackend({
  name: "process",
  capabilities: { local: true, resources: "ignored", maxParallel: null, gangs: true },
  open: ({ environment }) => new Processes(environment),
});

class Processes implements OpenBackend {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #running = new Set<number>();
  readonly #guard: OrphanGuard = createOrphanGuard();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  launch({ command, variables }: BackendAttempt, listener: BackendListener): LaunchedCommand {
    const [program, ...words] = command;
    const env = { ...this.#environment, ...variables };
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const { pid } = child;
    let reason = "it ended without a word";
    child.on("error", (error) => {
      reason = `it could not be started: ${error.message}`;
    });
    if (pid !== undefined) this.#running.add(pid);
    this.#guard.add(pid);
    listener.onStart({ pid });
    const streams = (["stdout", "stderr"] as const).map((name) => {
      const lines = createStreamLines((text, terminated) => listener.onLine(name, text, terminated));
      const stream = child[name];
      stream.on("data", (bytes: Buffer) => lines.push(bytes));
      return [lines, stream] as const;
    });
    const ended = waitForEnd(child, streams).then(({ code, signal }): BackendEnd => {
      if (pid !== undefined) this.#running.delete(pid);
      this.#guard.remove(pid);
      if (signal !== null) return { kind: "signal", signal };
      return code === null ? { kind: "lost", reason } : { kind: "exited", code };
    });
    return { ended, stop: () => this.#isRunning(pid) && stopGroup(pid), kill: () => this.#kill(pid) };
  }

  async close(): Promise<void> {
    for (const pid of this.#running) killGroup(pid);
  }

  #kill(pid: number | undefined): void {
    if (!this.#isRunning(pid)) return;
    stopGroupAtOnce(pid);
    setTimeout(() => this.#isRunning(pid) && killGroup(pid), LAST_GRACE).unref();
  }

  #isRunning(pid: number | undefined): boolean {
    return pid !== undefined && this.#running.has(pid);
  }
}
