import { createObjectDatastore, type DatastoreProvider, MetaflowError } from "@metaflow-ts/core/plugin";
import { createSqliteClient } from "./sqlite-client.js";

const ROOT = /^acme-name:\/\/(\/.+)$/;

/** Keeps runs in one file, a SQLite database: `--datastore-root acme-name:///home/me/runs.db`. */
export const acmeNameDatastore: DatastoreProvider = {
  name: "acme-name",
  scheme: "acme-name",
  open(root) {
    const path = ROOT.exec(root)?.[1];
    if (path === undefined) {
      throw new MetaflowError("ACME_NAME_ROOT", `'${root}' is no root for acme-name.`, {
        fix: "Write acme-name:// and the absolute path of a file.",
      });
    }
    // Retries, limits, checks of keys and ranges, parts and errors are core's.
    return createObjectDatastore(createSqliteClient(path), { name: "acme-name", root, prefix: "" });
  },
};
