import { createObjectDatastore, type DatastoreProvider, parseBucketRoot } from "@metaflow-ts/core/plugin";
import { createConnector } from "./client.js";
import { createAzureClient } from "./object-client.js";
import { type AzureOptions, withSettings } from "./options.js";

/**
 * The datastore `azure`, for roots such as `azure://container/prefix`. Installing the package and naming the account is
 * enough to use it by name; a `metaflow.config.ts` lists it with options:
 *
 * ```ts
 * export default defineConfig({ datastores: [azure({ endpoint: "https://account.blob.core.windows.net" })] });
 * ```
 */
export function azure(options: AzureOptions = {}): DatastoreProvider {
  return {
    name: "azure",
    scheme: "azure",
    open(given, settings) {
      // Metaflow for Python writes `container/prefix` into the same variable.
      const full = given.includes("://") ? given : `azure://${given}`;
      const { bucket: container, prefix, root } = parseBucketRoot("azure", "azure", full);
      const complete = withSettings(options, settings);
      const client = createAzureClient(container, createConnector(container, complete), complete);
      return createObjectDatastore(client, { ...complete, name: "azure", root, prefix });
    },
  };
}
