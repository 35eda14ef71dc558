import { type Stats, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Datastore } from "../contracts/datastore.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { errors } from "../errors/codes.js";
import { createLocalDatastore } from "./local-datastore.js";
import { errnoOf } from "./local-errors.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { isPath, schemeOf } from "./scheme-of.js";

/** A folder of this machine. Roots are paths, or `file://` URLs. */
const localProvider: DatastoreProvider = {
  name: "local",
  scheme: "file",
  open(root) {
    const scheme = schemeOf(root);
    if (scheme === null && isPath(root) && root !== "") return openFolder(root);
    if (scheme === null && root !== "") {
      const [, name = "", rest = ""] = /^(.+?):\/*(.*)$/.exec(root) ?? [];
      const fix = `Write ${name}://${rest}; a folder of this name is ./${root}.`;
      throw errors.DATASTORE_ROOT_INVALID({ name: "local", root, reason: "two slashes follow a scheme" }, { fix });
    }
    if (scheme !== "file") throw invalid(root, "it is the path of a folder or a file:// URL");
    return openFolder(pathOf(root));
  },
};

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalid(url, (error as Error).message);
  }
}

/** What is not there yet is made by the first write; what cannot become a folder is told at once. */
function openFolder(path: string): Datastore {
  const found = statOf(path);
  if (found !== null && found?.isDirectory() !== true) {
    throw invalid(path, found === undefined ? "a part of it is a file, no folder" : "it is a file, no folder");
  }
  return createLocalDatastore(path);
}

/** Null where nothing is there, or nothing can be told; undefined below a file. */
function statOf(path: string): Stats | null | undefined {
  try {
    return statSync(path);
  } catch (error) {
    return errnoOf(error) === "ENOTDIR" ? undefined : null;
  }
}

function invalid(root: string, reason: string): Error {
  return errors.DATASTORE_ROOT_INVALID({ name: "local", root, reason });
}

/** A new store with every call, which nobody else sees: for tests. */
const memoryProvider: DatastoreProvider = {
  name: "memory",
  scheme: "memory",
  open: (root) => createMemoryDatastore(root.replace(/^memory:\/\//, "")),
};

/** What core itself offers. */
export const builtinProviders: readonly DatastoreProvider[] = [localProvider, memoryProvider];
