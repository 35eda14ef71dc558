import { createHash, randomUUID } from "node:crypto";
import { promises, type Stats } from "node:fs";
import { join } from "node:path";
import type { Datastore, StoredObject } from "../contracts/datastore.js";
import { type PrivateFolder, privateFolder, privateTempPath } from "../util/private-folder.js";
import { callsOf } from "./datastore-calls.js";
import { BLOBS_PREFIX } from "./key-layout.js";

export interface BlobCacheOptions {
  readonly path: string;
  /** Of all files together. */
  readonly maxBytes: number;
}

const DEFAULT_MEGABYTES = 10_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;
/** Bytes of what was written until somebody looks whether the cache is too large: a part of its limit. */
const LOOK_AFTER = 0.05;
/** What is left after the oldest files were removed. */
const KEPT = 0.8;
/** Before a file's content: the sha-256 of it. */
const DIGEST_BYTES = 32;

/**
 * Where blobs of distant datastores are kept, by the variables that Metaflow has for it: METAFLOW_CLIENT_CACHE_PATH, and
 * METAFLOW_CLIENT_CACHE_MAX_SIZE in megabytes, 0 for no cache. Undefined for none.
 */
export function blobCacheOptions(settings: Readonly<Record<string, string | undefined>>): BlobCacheOptions | undefined {
  const megabytes = Number(settings.METAFLOW_CLIENT_CACHE_MAX_SIZE ?? DEFAULT_MEGABYTES);
  const path = settings.METAFLOW_CLIENT_CACHE_PATH ?? privateTempPath("metaflow-client");
  return path !== undefined && megabytes > 0 ? { path, maxBytes: megabytes * BYTES_PER_MEGABYTE } : undefined;
}

/**
 * Keeps what is read of a distant datastore's blobs in files: blobs never change. Files are checked when they are read,
 * and whatever goes wrong with them is as if nothing had been kept.
 */
export function withBlobCache(datastore: Datastore, { path, maxBytes }: BlobCacheOptions): Datastore {
  const folder = privateFolder(path);
  if (folder === undefined) return datastore;
  const place = createHash("sha256").update(datastore.root).digest("hex").slice(0, 16);
  const files = createFiles(folder, maxBytes);
  const cached: Datastore = {
    ...callsOf(datastore),
    async get(key, options = {}) {
      if (options.range !== undefined || !key.startsWith(BLOBS_PREFIX)) return await datastore.get(key, options);
      const name = `${place}-${key.slice(key.lastIndexOf("/") + 1)}`;
      options.signal?.throwIfAborted();
      const kept = await files.read(name);
      if (kept !== null) return kept;
      const found = await datastore.get(key, options);
      if (found !== null) await files.write(name, found.bytes);
      return found;
    },
  };
  stores.set(cached, datastore);
  return cached;
}

/** By what `withBlobCache` made of them. */
const stores = new WeakMap<Datastore, Datastore>();

/** The store itself, for who wants to know what it has, or reads more than is worth keeping. */
export function withoutBlobCache(datastore: Datastore): Datastore {
  return stores.get(datastore) ?? datastore;
}

interface CachedFiles {
  read(name: string): Promise<StoredObject | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

function createFiles(folder: PrivateFolder, maxBytes: number): CachedFiles {
  // A first write looks: other processes have written before.
  let unseen = Number.POSITIVE_INFINITY;
  return {
    read: (name) =>
      attempt(null, async () => {
        if (!folder.isSafe()) return null;
        const path = join(folder.path, name);
        const file = await promises.open(path, "r");
        try {
          const stat = await file.stat();
          if (!folder.owns(stat)) return null;
          const content = await file.readFile();
          const bytes = content.subarray(DIGEST_BYTES);
          if (!digest(bytes).equals(content.subarray(0, DIGEST_BYTES))) return null;
          // What is used stays.
          const now = new Date();
          await file.utimes(now, now);
          return { bytes, size: bytes.length, etag: name, modifiedAt: stat.mtimeMs };
        } finally {
          await file.close();
        }
      }),
    write: (name, bytes) =>
      attempt(undefined, async () => {
        if (bytes.length > maxBytes * LOOK_AFTER) return;
        folder.make();
        if (!folder.isSafe()) return;
        const draft = join(folder.path, `${randomUUID()}.tmp`);
        await promises.writeFile(draft, [digest(bytes), bytes], { mode: 0o600, flag: "wx" });
        await promises.rename(draft, join(folder.path, name));
        unseen += bytes.length;
        if (unseen <= maxBytes * LOOK_AFTER) return;
        unseen = 0;
        await removeOldest(folder.path, maxBytes);
      }),
  };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** What the cache calls its files; others are left alone. */
const OWN_NAME = /^(?:[\da-f]{16}-[\da-f]{64}|[\da-f-]{36}\.tmp)$/;

async function removeOldest(path: string, maxBytes: number): Promise<void> {
  const names = (await promises.readdir(path)).filter((name) => OWN_NAME.test(name));
  const found = await Promise.all(names.map((name) => statOf(join(path, name))));
  const files = found.filter((each) => each !== null).toSorted((a, b) => a.stat.mtimeMs - b.stat.mtimeMs);
  let total = files.reduce((sum, { stat }) => sum + stat.size, 0);
  if (total <= maxBytes) return;
  for (const { file, stat } of files) {
    if (total <= maxBytes * KEPT) return;
    await promises.rm(file, { force: true });
    total -= stat.size;
  }
}

async function statOf(file: string): Promise<{ readonly file: string; readonly stat: Stats } | null> {
  return await promises.stat(file).then(
    (stat) => ({ file, stat }),
    () => null,
  );
}

async function attempt<T>(otherwise: T, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch {
    return otherwise;
  }
}
