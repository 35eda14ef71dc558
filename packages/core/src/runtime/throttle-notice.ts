import type { Datastore } from "../contracts/datastore.js";
import type { RunObserver } from "../contracts/run-events.js";

/**
 * Says, once among a run's events, that its datastore asks for fewer requests.
 *
 * @returns what to call where a worker's own datastore asks for it
 */
export function throttleNotice(datastore: Datastore, observer: RunObserver): () => void {
  let isTold = false;
  const tell = (): void => {
    if (isTold) return;
    isTold = true;
    const message = `${datastore.root} asks for fewer requests: they are made more slowly, and tasks take longer.`;
    observer({ type: "run.warning", at: Date.now(), message });
  };
  datastore.onThrottled?.(tell);
  return tell;
}
