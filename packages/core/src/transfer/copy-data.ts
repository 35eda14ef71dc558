import { createHash, type Hash } from "node:crypto";
import type { Datastore, ObjectAttributes, ObjectStream } from "../contracts/datastore.js";
import { dataPrefix } from "../datastore/key-layout.js";
import { listAll } from "../datastore/list-all.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { attributesOf, requireAttributes, sameAttributes } from "../datastore/object-attributes.js";
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
  if (isThere && isSame(await contentOf(from, key), await contentOf(to, key))) return false;
  const found = await read(from, key);
  if (found === null) return false;
  const attributes = attributesOf(found);
  requireAttributes(to, key, attributes);
  const hash = createHash("sha256");
  const hashed = hashing(found.stream, hash);
  if (to.putStream !== undefined) await to.putStream(key, hashed, attributes);
  else await to.put(key, await collect(hashed), attributes);
  const sent = { sha256: hash.digest("hex"), attributes };
  if (!isSame(sent, await contentOf(to, key))) throw errors.COPY_DAMAGED({ what: key, root: to.root });
  return true;
}

async function* hashing(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** What a copy has to have, too. */
interface Content {
  readonly sha256: string;
  readonly attributes: ObjectAttributes;
}

function isSame(one: Content | null, other: Content | null): boolean {
  if (one === null || other === null) return one === other;
  return one.sha256 === other.sha256 && sameAttributes(one.attributes, other.attributes);
}

async function contentOf(datastore: Datastore, key: string): Promise<Content | null> {
  const found = await read(datastore, key);
  if (found === null) return null;
  const hash = createHash("sha256");
  for await (const chunk of found.stream) hash.update(chunk);
  return { sha256: hash.digest("hex"), attributes: attributesOf(found) };
}

async function read(datastore: Datastore, key: string): Promise<ObjectStream | null> {
  const options = { attributes: true };
  if (datastore.getStream !== undefined) return await datastore.getStream(key, options);
  const found = await datastore.get(key, options);
  return found && { ...found, stream: only(found.bytes) };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
