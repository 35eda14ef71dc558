import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "../util/once.js";

/**
 * A signal that aborts with the one that `source` gives, which is asked for when this one is. Its listeners run in the
 * surroundings of who first asked: they find `current`, as the step does.
 */
export function attemptSignal(source: () => AbortSignal): () => AbortSignal {
  return once(() => {
    const outer = source();
    const own = new AbortController();
    // A listener belongs to the surroundings of who aborts, and that is the process, not the step.
    const abort = AsyncLocalStorage.bind(() => own.abort(outer.reason));
    if (outer.aborted) abort();
    else outer.addEventListener("abort", abort, { once: true });
    return own.signal;
  });
}
