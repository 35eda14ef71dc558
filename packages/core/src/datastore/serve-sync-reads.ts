import type { Datastore } from "../contracts/datastore.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { builtinProviders } from "./builtin-providers.js";
import { openDatastore } from "./open-datastore.js";
import type { SyncReadAnswer, SyncReadProvider, SyncReadRequest, SyncReadSetup } from "./sync-read-protocol.js";

/** The helper thread's work: reads the objects that the other thread asks for, and wakes it for each. */
export function serveSyncReads(setup: SyncReadSetup): void {
  const { port, answers, location } = setup;
  let opening: Promise<Datastore> | undefined;

  const read = async (key: string): Promise<SyncReadAnswer> => {
    try {
      opening ??= open(setup);
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

async function open({ location, provider }: SyncReadSetup): Promise<Datastore> {
  const others = provider === null ? [] : [await loadProvider(provider)];
  return openDatastore(location, [...others, ...builtinProviders]);
}

async function loadProvider({ module, exportName = "default" }: SyncReadProvider): Promise<DatastoreProvider> {
  const exports: Record<string, unknown> = await import(module);
  const found = exports[exportName];
  const provider: unknown = typeof found === "function" ? await found() : found;
  if (isProvider(provider)) return provider;
  throw new TypeError(`the export '${exportName}' of ${module} is no datastore provider`);
}

function isProvider(value: unknown): value is DatastoreProvider {
  return typeof value === "object" && value !== null && "open" in value && "name" in value;
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
