import { createHash, type Hash } from "node:crypto";
import type { Datastore } from "../contracts/datastore.js";
import { dataPrefix } from "../datastore/key-layout.js";
import { listAll } from "../datastore/list-all.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { errors } from "../errors/codes.js";

/** Objects may be large, and each passes through several buffers. */
const PARALLEL = 4;

/** Copies what a run's steps kept beside their artifacts, in bounded memory where both stores can; how many were written. */
export async function copyData(from: Datastore, to: Datastore, flow: string, runId: string): Promise<number> {
  const { keys } = await listAll(from, dataPrefix(flow, runId));
  const written = await mapBounded(keys, PARALLEL, (key) => copyObject(from, to, key));
  return written.filter(Boolean).length;
}

async function copyObject(from: Datastore, to: Datastore, key: string): Promise<boolean> {
  const isThere = (await to.head(key)) !== null;
  if (isThere && (await hashOf(from, key)) === (await hashOf(to, key))) return false;
  const chunks = await read(from, key);
  if (chunks === null) return false;
  const hash = createHash("sha256");
  const hashed = hashing(chunks, hash);
  if (to.putStream !== undefined) await to.putStream(key, hashed);
  else await to.put(key, await collect(hashed));
  if ((await hashOf(to, key)) !== hash.digest("hex")) throw errors.COPY_DAMAGED({ what: key, root: to.root });
  return true;
}

async function* hashing(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function hashOf(datastore: Datastore, key: string): Promise<string | null> {
  const chunks = await read(datastore, key);
  if (chunks === null) return null;
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

async function read(datastore: Datastore, key: string): Promise<AsyncIterable<Uint8Array> | null> {
  if (datastore.getStream !== undefined) return (await datastore.getStream(key))?.stream ?? null;
  const found = await datastore.get(key);
  return found === null ? null : only(found.bytes);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
