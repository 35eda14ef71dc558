import { fileURLToPath } from "node:url";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { errors } from "../errors/codes.js";
import { createLocalDatastore } from "./local-datastore.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { schemeOf } from "./scheme-of.js";

/** A folder of this machine. Roots are paths, or `file://` URLs. */
const localProvider: DatastoreProvider = {
  name: "local",
  scheme: "file",
  open(root) {
    const scheme = schemeOf(root);
    if (scheme === null && root !== "") return createLocalDatastore(root);
    const refuse = (reason: string) => errors.DATASTORE_ROOT_INVALID({ name: "local", root, reason });
    if (scheme !== "file") throw refuse("it is the path of a folder or a file:// URL");
    try {
      return createLocalDatastore(fileURLToPath(root));
    } catch (error) {
      throw refuse((error as Error).message);
    }
  },
};

/** A new store with every call, which nobody else sees: for tests. */
const memoryProvider: DatastoreProvider = {
  name: "memory",
  scheme: "memory",
  open: (root) => createMemoryDatastore(root.replace(/^memory:\/\//, "")),
};

/** What core itself offers. */
export const builtinProviders: readonly DatastoreProvider[] = [localProvider, memoryProvider];
