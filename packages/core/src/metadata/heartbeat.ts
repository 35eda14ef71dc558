import type { RecordStore } from "../contracts/record-store.js";
import type { Heartbeat } from "../contracts/records.js";

/** What a beat says of the run at that moment. */
export type HeartbeatSnapshot = Pick<Heartbeat, "running" | "finished">;

export interface RunningHeartbeat {
  /** Ends the beats; resolves when the last one has been written. */
  stop(): Promise<void>;
}

/**
 * How often it is looked whether other tasks run; in ms. Often until the first ones do, so that who looks at a new run
 * sees them; then at longer and longer intervals, since each change that is found is a write.
 */
const FIRST_LOOK_MS = 500;
const LOOK_INTERVAL_MS = 2000;

/**
 * Writes a heartbeat now, then every `intervalMs` milliseconds, and sooner when other tasks run than the last one said.
 * A beat that fails is no failure of the run: the next one tries again. Keeps no process alive.
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
  let told = "";
  let look = FIRST_LOOK_MS;
  let toldAt = Number.NEGATIVE_INFINITY;
  const untilDue = (): number => Math.max(0, toldAt + intervalMs - performance.now());

  /** Resolves to the milliseconds until the next one. */
  const beat = async (): Promise<number> => {
    const { running, finished } = snapshot();
    const changed = JSON.stringify(running);
    if (changed === told && untilDue() > 0) return Math.min(look, untilDue());
    toldAt = performance.now();
    try {
      await store.writeHeartbeat(flow, runId, { version: 1, at: Date.now(), interval: intervalMs, running, finished });
      if (told !== "" && changed !== told) look = Math.min(2 * look, LOOK_INTERVAL_MS);
      told = changed;
      return Math.min(look, untilDue());
    } catch {
      // Whoever reads sees an old beat and makes of it what there is to make.
      return LOOK_INTERVAL_MS;
    }
  };
  // The next beat is planned when one is written, so that a slow store never has two under way.
  const next = () => {
    beating = beat().then((wait) => {
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
