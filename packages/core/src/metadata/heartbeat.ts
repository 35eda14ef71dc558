import type { RecordStore } from "../contracts/record-store.js";
import type { Heartbeat } from "../contracts/records.js";

/** What a beat says of the run at that moment. */
export type HeartbeatSnapshot = Pick<Heartbeat, "running" | "finished">;

export interface RunningHeartbeat {
  /** Ends the beats; resolves when the last one has been written. */
  stop(): Promise<void>;
}

/**
 * Writes a heartbeat now and then every `intervalMs` milliseconds until it is stopped. A beat that fails is no failure
 * of the run: the next one tries again. Keeps no process alive.
 */
export function startHeartbeat(
  store: Pick<RecordStore, "writeHeartbeat">,
  flow: string,
  runId: string,
  snapshot: () => HeartbeatSnapshot,
  intervalMs: number,
): RunningHeartbeat {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const beat = async (): Promise<void> => {
    try {
      const { running, finished } = snapshot();
      await store.writeHeartbeat(flow, runId, { version: 1, at: Date.now(), interval: intervalMs, running, finished });
    } catch {
      // Whoever reads sees an old beat and makes of it what there is to make.
    }
  };
  // The next beat is planned when one is written, so that a slow store never has two under way.
  const next = () => {
    const started = performance.now();
    beating = beat().then(() => {
      const wait = Math.max(0, intervalMs - (performance.now() - started));
      if (!isStopped) timer = setTimeout(next, wait).unref();
    });
  };
  let beating = Promise.resolve();
  next();

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await beating;
    },
  };
}
