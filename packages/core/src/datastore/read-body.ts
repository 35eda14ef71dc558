import { Readable } from "node:stream";
import { type ObjectTry, TransferError } from "./object-calls.js";

/** What is read of a body, and who gets it. */
export interface BodyRead {
  /** Bytes, from the body's first on. */
  readonly length: number;
  /** The body has no more than that: it is read to its end, where an SDK says whether it was damaged. */
  readonly isWhole: boolean;
  /** Gets every chunk; what it begins at is told, too. */
  readonly take: (chunk: Uint8Array, at: number) => void;
}

/**
 * Reads the first bytes of a body.
 *
 * @throws TransferError where there are fewer, or more than there should be
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { length, isWhole, take }: BodyRead,
  { signal, progress, cancel }: ObjectTry,
): Promise<void> {
  // What fails after its reader has gone would end the process.
  if (body instanceof Readable) body.on("error", () => undefined);
  const aborted = rejectOnAbort(signal);
  const chunks = body[Symbol.asyncIterator]();
  let filled = 0;
  let isAtEnd = false;
  try {
    while (isWhole || filled < length) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
      if (next.done) {
        isAtEnd = true;
        break;
      }
      progress();
      const room = length - filled;
      if (isWhole && next.value.length > room) throw new TransferError("more bytes came than the object has");
      take(next.value.length > room ? next.value.subarray(0, room) : next.value, filled);
      filled = Math.min(filled + next.value.length, length);
    }
    if (filled < length) throw new TransferError(`${filled} of ${length} bytes came`);
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
