import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { DatastoreLocation } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { MetaflowError } from "../errors/metaflow-error.js";
import type { SyncReadAnswer, SyncReadRequest, SyncReadSetup } from "./sync-read-protocol.js";

export interface SyncReaderOptions {
  /** The helper thread's file, where it does not lie beside this one as the package has it. */
  readonly entry?: URL | undefined;
  /** Milliseconds after which an answer is given up. Default 10 minutes: a large object on a slow line. */
  readonly timeout?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10 * 60 * 1000;

interface Helper {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly answers: Int32Array<SharedArrayBuffer>;
}

/**
 * Reads objects of a datastore that is asynchronous only, without giving up the thread: a helper thread opens the same
 * datastore and reads, while this thread sleeps. The helper starts with the first read and keeps no process alive.
 *
 * The function throws what the datastore throws, and DATASTORE_BROKEN where the helper gives no answer.
 */
export function createSyncReader(
  location: DatastoreLocation,
  options: SyncReaderOptions = {},
): (key: string) => Uint8Array | null {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
  let helper: Helper | null = null;

  /** A helper that ended is replaced by the next read. Without listeners its failure would end this process. */
  const start = (): Helper => {
    const started = startHelper(location, options);
    const discard = () => {
      if (helper === started) helper = null;
    };
    started.worker.on("error", discard).on("exit", discard);
    return started;
  };

  return (key) => {
    helper ??= start();
    const { worker, port, answers } = helper;
    const before = Atomics.load(answers, 0);
    port.postMessage({ key } satisfies SyncReadRequest);
    const answered = Atomics.wait(answers, 0, before, timeout) !== "timed-out";
    const answer: SyncReadAnswer | undefined = answered ? receiveMessageOnPort(port)?.message : undefined;
    if (answer?.kind === "bytes") return answer.bytes;
    if (answer?.kind === "failed") throw new MetaflowError(answer.error.code, answer.error.message, answer.error);
    // A late answer must not be taken for that of the next read.
    helper = null;
    void worker.terminate();
    const reason = `the helper thread gave no answer within ${timeout} ms`;
    throw errors.DATASTORE_BROKEN({ action: "read", key, root: location.root, reason });
  };
}

function startHelper(location: DatastoreLocation, options: SyncReaderOptions): Helper {
  const { port1, port2 } = new MessageChannel();
  const answers = new Int32Array(new SharedArrayBuffer(4));
  // Named one by one: the caller's object may be a whole datastore, which cannot be sent.
  const { name, root, module } = location;
  const setup: SyncReadSetup = { location: { name, root, module }, port: port2, answers };
  const entry = options.entry ?? findEntry(location.root);
  const execArgv = entry.pathname.endsWith(".ts") ? ["--import", FROM_SOURCE] : [];
  const worker = new Worker(entry, {
    workerData: setup,
    transferList: [port2],
    execArgv,
    name: "metaflow-sync-reader",
  });
  worker.unref();
  return { worker, port: port1, answers };
}

/** In the built package the file lies beside every other; in the sources it lies one folder up. */
function findEntry(root: string): URL {
  const places = ["./sync-reader.js", "../sync-reader.js", "../sync-reader.ts"];
  const urls = places.map((place) => new URL(place, import.meta.url));
  const found = urls.find((url) => existsSync(fileURLToPath(url)));
  if (found !== undefined) return found;
  const reason = `the helper thread's file does not lie beside ${import.meta.url}`;
  throw errors.DATASTORE_BROKEN({ action: "start", key: "sync-reader.js", root, reason });
}

/** For core's own tests, which run from the sources: there `./x.js` is imported and `./x.ts` is the file. */
const FROM_SOURCE = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^\\.{1,2}\\/.*\\.js$/.test(specifier)) throw error;
        return next(specifier.replace(/\\.js$/, ".ts"), context);
      }
    },
  });
`)}`;
