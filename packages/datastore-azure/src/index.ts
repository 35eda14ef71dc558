/** Azure Blob Storage as a datastore. */
import { definePlugin } from "@metaflow-ts/core/plugin";
import { azure } from "./provider.js";

export type { AzureOptions } from "./options.js";
export { azure } from "./provider.js";

/** What installing the package adds: `--datastore azure`. */
export const plugin = definePlugin({ name: "@metaflow-ts/datastore-azure", datastores: [azure()] });
