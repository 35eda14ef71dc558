import type { Datastore, StoredObject } from "../contracts/datastore.js";
import type { StorageVersion } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { STORAGE_VERSION } from "./key-layout.js";

interface Versioned {
  readonly version: StorageVersion;
}

/** What a record must have: the values that its key says too, and the types of other fields. */
export interface RecordShape {
  readonly same?: Readonly<Record<string, string | number>>;
  readonly types?: Readonly<Record<string, "string" | "number" | "object" | "array">>;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function encodeRecord(record: Versioned): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}

/**
 * Reads a record and checks that it is one, and the one that its key says.
 * @throws RECORD_CORRUPT, STORAGE_TOO_NEW
 */
export function decodeRecord<T extends Versioned>(
  datastore: Datastore,
  key: string,
  stored: StoredObject,
  shape: RecordShape,
): T {
  const damaged = (reason: string, cause?: unknown) =>
    errors.RECORD_CORRUPT({ key, root: datastore.root, reason }, { cause });
  let record: unknown;
  try {
    record = JSON.parse(utf8.decode(stored.bytes));
  } catch (error) {
    throw damaged(`it is no JSON text (${(error as Error).message})`, error);
  }
  if (!isObject(record)) throw damaged("it is no JSON object");
  checkVersion(datastore, key, record.version);
  for (const [field, value] of Object.entries(shape.same ?? {})) {
    if (record[field] !== value) throw damaged(`its '${field}' is not that of its key`);
  }
  for (const [field, type] of Object.entries(shape.types ?? {})) {
    if (typeOf(record[field]) !== type) throw damaged(`its '${field}' is missing or no ${type}`);
  }
  return record as unknown as T;
}

/** @throws STORAGE_TOO_NEW for a later version than this release writes, RECORD_CORRUPT for none */
function checkVersion(datastore: Datastore, key: string, version: unknown): void {
  const { root } = datastore;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    throw errors.RECORD_CORRUPT({ key, root, reason: "it has no version" });
  }
  if ((version as number) <= STORAGE_VERSION) return;
  throw errors.STORAGE_TOO_NEW({ key, root, version: version as number, supported: STORAGE_VERSION });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeOf(value) === "object";
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}
