import type { Datastore } from "../contracts/datastore.js";
import type { StorageVersion } from "../contracts/records.js";
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
  /** Writes the marker where there is none. */
  mark(): Promise<void>;
}

export function createFormatCheck(datastore: Datastore): FormatCheck {
  let checking: Promise<boolean> | undefined;

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
      if (await isMarked()) return;
      const marker: FormatMarker = { format: FORMAT, version: STORAGE_VERSION };
      await putIfAbsent(datastore, FORMAT_KEY, encodeRecord(marker));
      checking = Promise.resolve(true);
    },
  };
}
