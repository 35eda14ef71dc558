import type { Datastore } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { openLocation } from "./provider-module.js";
import type { SyncReadAnswer, SyncReadRequest, SyncReadSetup } from "./sync-read-protocol.js";

/** The helper thread's work: reads the objects that the other thread asks for, and wakes it for each. */
export function serveSyncReads(setup: SyncReadSetup): void {
  const { port, answers, location } = setup;
  let opening: Promise<Datastore> | undefined;

  const read = async (key: string): Promise<SyncReadAnswer> => {
    try {
      opening ??= openLocation(location);
      const datastore = await opening;
      const found = await datastore.get(key);
      return { kind: "bytes", bytes: found === null ? null : owned(found.bytes) };
    } catch (error) {
      const known = isMetaflowError(error) ? error : unexpected(error, key, location.root);
      return { kind: "failed", error: known.toJSON() };
    }
  };

  port.on("message", async ({ key }: SyncReadRequest) => {
    const answer = await read(key);
    // Moved rather than copied: an object may be very large.
    port.postMessage(answer, answer.kind === "bytes" && answer.bytes !== null ? [answer.bytes.buffer] : []);
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  });
}

/** Bytes whose memory holds nothing else, so that it can be given away. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function unexpected(error: unknown, key: string, root: string): MetaflowError {
  const reason = error instanceof Error ? error.message : String(error);
  return errors.DATASTORE_BROKEN({ action: "read", key, root, reason });
}
