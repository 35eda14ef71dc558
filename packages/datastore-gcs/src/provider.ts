import { createObjectDatastore, type DatastoreProvider, parseBucketRoot } from "@metaflow-ts/core/plugin";
import { createConnector } from "./client.js";
import { createGcsClient } from "./object-client.js";
import { type GcsOptions, withSettings } from "./options.js";

/**
 * The datastore `gs`, for roots such as `gs://bucket/prefix`. Installing the package is enough to use it by name; a
 * `metaflow.config.ts` lists it with options:
 *
 * ```ts
 * export default defineConfig({ datastores: [gs({ storageClass: "NEARLINE" })] });
 * ```
 */
export function gs(options: GcsOptions = {}): DatastoreProvider {
  return {
    name: "gs",
    scheme: "gs",
    open(given, settings) {
      const { bucket, prefix, root } = parseBucketRoot("gs", "gs", given);
      const complete = withSettings(options, settings);
      const client = createGcsClient(bucket, createConnector(complete), complete);
      return createObjectDatastore(client, {
        ...complete,
        partBytes: complete.partBytes && Math.ceil(complete.partBytes / CHUNK_BYTES) * CHUNK_BYTES,
        name: "gs",
        root,
        prefix,
      });
    },
  };
}

/** Parts are multiples of it. */
const CHUNK_BYTES = 256 * 1024;
