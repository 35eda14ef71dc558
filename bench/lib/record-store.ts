import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Datastore } from "@metaflow-ts/core/plugin";
import { corePackage } from "./cli.ts";

/** A record as it is stored; benchmarks only copy them with other names. */
type StoredRecord = Readonly<Record<string, unknown>>;

/** The part of core's record store that benchmarks fill a datastore with. */
interface RecordStore {
  createRun(record: StoredRecord): Promise<boolean>;
  readRun(flow: string, runId: string): Promise<StoredRecord | null>;
  commitTask(record: StoredRecord): Promise<boolean>;
  saveFailedAttempt(record: StoredRecord): Promise<void>;
  readTask(flow: string, runId: string, step: string, task: string): Promise<StoredRecord | null>;
  readFailedAttempt(
    flow: string,
    runId: string,
    step: string,
    task: string,
    attempt: number,
  ): Promise<StoredRecord | null>;
}

/** A datastore, or where a local one is. */
export type Place = Datastore | { readonly root: string };

/** Opens the records by core's own sources: it has no public way to write them. */
export async function openRecordStore(place: Place): Promise<RecordStore> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier.startsWith(".") ? specifier.replace(/\.js$/, ".ts") : specifier, context),
  });
  try {
    const load = (path: string) => import(pathToFileURL(join(corePackage, "src/datastore", path)).href);
    const { createLocalDatastore } = await load("local-datastore.ts");
    const { createRecordStore } = await load("record-store.ts");
    const opened = "get" in place ? place : createLocalDatastore(place.root);
    return createRecordStore(opened) as RecordStore;
  } finally {
    hooks.deregister();
  }
}
