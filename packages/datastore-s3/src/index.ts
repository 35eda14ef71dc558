/** Amazon S3, and what speaks its protocol, as a datastore. */
import { definePlugin } from "@metaflow-ts/core/plugin";
import { s3 } from "./provider.js";

export type { S3Encryption, S3Options } from "./options.js";
export { s3 } from "./provider.js";

/** What installing the package adds: `--datastore s3`. */
export const plugin = definePlugin({ name: "@metaflow-ts/datastore-s3", datastores: [s3()] });
