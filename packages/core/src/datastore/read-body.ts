import { Readable } from "node:stream";
import { type ObjectTry, TransferError } from "./object-calls.js";

/**
 * Fills `target` with the first bytes of a body.
 *
 * @param isWhole the body has no more than that: it is read to its end, where an SDK says whether it was damaged
 * @throws TransferError where there are fewer, or more than there should be
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  target: Uint8Array,
  isWhole: boolean,
  { signal, progress, cancel }: ObjectTry,
): Promise<void> {
  // What fails after its reader has gone would end the process.
  if (body instanceof Readable) body.on("error", () => undefined);
  const aborted = rejectOnAbort(signal);
  const chunks = body[Symbol.asyncIterator]();
  let filled = 0;
  let isAtEnd = false;
  try {
    while (isWhole || filled < target.length) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
      if (next.done) {
        isAtEnd = true;
        break;
      }
      progress();
      const room = target.length - filled;
      if (isWhole && next.value.length > room) throw new TransferError("more bytes came than the object has");
      target.set(next.value.length > room ? next.value.subarray(0, room) : next.value, filled);
      filled = Math.min(filled + next.value.length, target.length);
    }
    if (filled < target.length) throw new TransferError(`${filled} of ${target.length} bytes came`);
  } finally {
    aborted.stop();
    // Frees the connection, and what the store holds for it. Nobody waits: a body that hangs would hold up its caller.
    if (!isAtEnd) {
      cancel();
      chunks.return?.()?.catch(() => undefined);
    }
  }
}

function rejectOnAbort(signal: AbortSignal) {
  let onAbort = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  promise.catch(() => undefined);
  return { promise, stop: () => signal.removeEventListener("abort", onAbort) };
}
