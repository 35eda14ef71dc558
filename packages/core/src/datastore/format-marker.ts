import type { Datastore, PutOptions } from "../contracts/datastore.js";
import type { StorageVersion } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { FORMAT_KEY, STORAGE_VERSION } from "./key-layout.js";
import { putIfAbsent } from "./put-if-absent.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";

interface FormatMarker {
  readonly format: typeof FORMAT;
  readonly version: StorageVersion;
}

const FORMAT = "metaflow-ts";

/** The object that says which version of the layout a datastore has. */
export interface FormatCheck {
  /** Looks at the marker once. A datastore without one is empty or of this version. @throws STORAGE_TOO_NEW */
  check(): Promise<void>;
  /**
   * Writes the marker where there is none, and makes sure that conditions on writes are kept: a proxy in front of a store
   * may drop them. @throws DATASTORE_CONDITION_IGNORED
   */
  mark(): Promise<void>;
}

export function createFormatCheck(datastore: Datastore): FormatCheck {
  let checking: Promise<boolean> | undefined;
  let proving: Promise<void> | undefined;

  const look = async (): Promise<boolean> => {
    const found = await datastore.get(FORMAT_KEY);
    if (found !== null) decodeRecord<FormatMarker>(datastore, FORMAT_KEY, found, { same: { format: FORMAT } });
    return found !== null;
  };
  const isMarked = (): Promise<boolean> => {
    checking ??= look().catch((error: unknown) => {
      // The next call looks again: what failed may have been the connection.
      checking = undefined;
      throw error;
    });
    return checking;
  };

  return {
    async check() {
      await isMarked();
    },
    async mark() {
      if (!(await isMarked())) await putIfAbsent(datastore, FORMAT_KEY, marker());
      checking = Promise.resolve(true);
      proving ??= proveConditions(datastore).catch((error: unknown) => {
        proving = undefined;
        throw error;
      });
      await proving;
    },
  };
}

/** An etag that no store gives. */
const NO_ETAG = "0".repeat(32);

/** Writes the marker again under conditions that do not hold. Where they are ignored, the same bytes are there as before. */
async function proveConditions(datastore: Datastore): Promise<void> {
  const { putIfAbsent: ifAbsent, putIfMatch } = datastore.capabilities;
  const prove = async (condition: string, options: PutOptions) => {
    if (!(await datastore.put(FORMAT_KEY, marker(), options)).written) return;
    throw errors.DATASTORE_CONDITION_IGNORED({ root: datastore.root, condition });
  };
  await Promise.all([
    ifAbsent && prove("that was to be written only if absent", { ifAbsent }),
    putIfMatch && prove("that was to be written only if unchanged", { ifMatch: NO_ETAG }),
  ]);
}

function marker(): Uint8Array {
  const content: FormatMarker = { format: FORMAT, version: STORAGE_VERSION };
  return encodeRecord(content);
}
