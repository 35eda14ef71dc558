import { createObjectDatastore, type DatastoreProvider, parseBucketRoot } from "@metaflow-ts/core/plugin";
import { createConnector } from "./client.js";
import { createS3Client } from "./object-client.js";
import { type S3Options, withSettings } from "./options.js";

/**
 * The datastore `s3`, for roots such as `s3://bucket/prefix`. Installing the package is enough to use it by name; a
 * `metaflow.config.ts` lists it with options:
 *
 * ```ts
 * export default defineConfig({ datastores: [s3({ region: "eu-central-1", encryption: { type: "aws:kms" } })] });
 * ```
 */
export function s3(options: S3Options = {}): DatastoreProvider {
  return {
    name: "s3",
    scheme: "s3",
    open(given, settings) {
      const { bucket, prefix, root } = parseBucketRoot("s3", "s3", given);
      const complete = withSettings(options, settings);
      const client = createS3Client(bucket, createConnector(complete), complete);
      return createObjectDatastore(client, { ...complete, name: "s3", root, prefix });
    },
  };
}
