import { errors } from "../errors/codes.js";

/**
 * What the work gives; it is waited for until the signal aborts, and no longer. The work itself goes on: it must be one
 * that may be left alone.
 *
 * @throws RUN_NOT_STARTED where it was told to stop
 */
export async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal | undefined): Promise<T> {
  if (stop === undefined) return await work;
  const watching = new AbortController();
  const stopped = new Promise<never>((_, refuse) => {
    const give = (): void => refuse(errors.RUN_NOT_STARTED(undefined));
    if (stop.aborted) give();
    else stop.addEventListener("abort", give, { once: true, signal: watching.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    watching.abort();
  }
}
