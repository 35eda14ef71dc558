import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { DataBody } from "../contracts/data.js";
import type { Datastore, PutOptions, PutResult } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { fileReason } from "../util/file-reason.js";

/** Writes a body as the datastore can take it: a stream is collected only where there is no other way. */
export async function putBody(
  datastore: Datastore,
  key: string,
  body: DataBody,
  options: PutOptions,
): Promise<PutResult> {
  const sent = await prepare(key, body);
  if (sent instanceof Uint8Array) return await datastore.put(key, sent, options);
  if (datastore.putStream !== undefined) return await datastore.putStream(key, sent, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of sent) chunks.push(chunk);
  return await datastore.put(key, chunks, options);
}

async function prepare(key: string, body: DataBody): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (typeof body === "string") return Buffer.from(body);
  const refuse = (given: string, cause?: unknown): Error => errors.DATA_BODY_INVALID({ key, given }, { cause });
  if (typeof body !== "object" || body === null) throw refuse(body === null ? "null" : `a ${typeof body}`);
  if (body instanceof Uint8Array || Symbol.asyncIterator in body) return body;
  if ("json" in body) return Buffer.from(jsonText(body.json, refuse));
  if (typeof body.file !== "string") throw refuse("an object without 'file' and 'json'");
  // Before anything is sent: a missing file is told as such, and at once.
  const found = await stat(body.file).catch((cause: unknown) => fileFailed("read", body.file, cause));
  if (!found.isFile()) throw errors.DATA_FILE_FAILED({ action: "read", path: body.file, reason: "it is no file" });
  return fileStream(body.file);
}

function jsonText(value: unknown, refuse: (given: string, cause?: unknown) => Error): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw refuse(`a value that JSON cannot hold (${(cause as Error).message})`, cause);
  }
  if (text === undefined)
    throw refuse(`${value === undefined ? "undefined" : `a ${typeof value}`}, which JSON cannot hold`);
  return text;
}

async function* fileStream(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield chunk as Buffer;
  } catch (cause) {
    fileFailed("read", path, cause);
  }
}

/** @throws DATA_FILE_FAILED, always */
export function fileFailed(action: "read" | "write", path: string, cause: unknown): never {
  throw errors.DATA_FILE_FAILED({ action, path, reason: fileReason(cause) }, { cause });
}
