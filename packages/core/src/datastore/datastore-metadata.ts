import type { MetadataProvider } from "../contracts/metadata-provider.js";
import { createDatastoreRecords } from "./record-store.js";

/** Records lie in the datastore, beside what they tell of: nothing else has to be up. */
export const datastoreMetadata: MetadataProvider = {
  name: "datastore",
  open: ({ datastore }) => createDatastoreRecords(datastore),
};
