import { createSecretMask } from "../secrets/secret-mask.js";
import type { TaskSpec } from "../task/task-context.js";
import { createOrphanGuard } from "./orphan-guard.js";
import type { AttemptEnd, AttemptListener, LaunchedAttempt, TaskLauncher } from "./task-launcher.js";
import { startWorker, type WorkerProcess } from "./worker-process.js";
import type { ServedRun } from "./worker-protocol.js";

/** Warm worker processes for one run. */
export interface WorkerPool extends TaskLauncher {
  /** Says which run the workers are for, and what to call where their datastore asks for fewer requests; before the first launch. */
  serve(run: ServedRun, onThrottled?: () => void): void;
}

/**
 * Starts the first worker right away, before it is known what it will run: its start and the loading of the flow
 * take time side by side. More are started when they are needed.
 */
export function createWorkerPool(): WorkerPool {
  const workers = new Set<WorkerProcess>();
  const idle: WorkerProcess[] = [];
  const guard = createOrphanGuard();
  const mask = createSecretMask();
  let run: ServedRun | undefined;
  let onThrottled: (() => void) | undefined;

  const start = (): WorkerProcess => {
    const worker = startWorker(guard, mask, () => onThrottled?.());
    workers.add(worker);
    if (run !== undefined) worker.send({ type: "run", ...run });
    return worker;
  };
  const discard = (worker: WorkerProcess): void => {
    // Until then it is one of those that the end waits for.
    void worker.close().then(() => workers.delete(worker));
  };
  const take = (): WorkerProcess => {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      if (worker.retired === null) return worker;
      discard(worker);
    }
    return start();
  };
  idle.push(start());
  return {
    keepsLog: () => false,
    mask,
    serve(served, throttled) {
      run = served;
      onThrottled = throttled;
      for (const worker of workers) worker.send({ type: "run", ...served });
    },
    launch(spec: TaskSpec, listener: AttemptListener): LaunchedAttempt {
      const worker = take();
      let state: "running" | "told to end" | "over" = "running";
      const ended = worker.execute(spec, listener).then((end: AttemptEnd) => {
        // The signal may reach it only now: nobody else's task is to have it.
        if (worker.retired === null && state === "running") idle.push(worker);
        else discard(worker);
        state = "over";
        return end;
      });
      const tell = (how: () => void) => (): void => {
        if (state === "over") return;
        state = "told to end";
        how();
      };
      return { ended, stop: tell(worker.stop), kill: tell(worker.kill) };
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.close()));
      workers.clear();
      idle.length = 0;
    },
  };
}
