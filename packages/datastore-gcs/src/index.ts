/** Google Cloud Storage as a datastore. */
import { definePlugin } from "@metaflow-ts/core/plugin";
import { gs } from "./provider.js";

export type { GcsOptions } from "./options.js";
export { gs } from "./provider.js";

/** What installing the package adds: `--datastore gs`. */
export const plugin = definePlugin({ name: "@metaflow-ts/datastore-gcs", datastores: [gs()] });
