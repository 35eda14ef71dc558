import { workerData } from "node:worker_threads";
import { serveSyncReads } from "./datastore/serve-sync-reads.js";

// Started by its path as a worker thread; see `datastore/sync-read-client.ts`.
serveSyncReads(workerData);
