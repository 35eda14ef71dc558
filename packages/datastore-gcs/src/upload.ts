import { createHash } from "node:crypto";
import type { ObjectUpload } from "@metaflow-ts/core/plugin";
import { addTo } from "./checksum.js";
import { DamagedError, GcsError, jsonOf, type Send } from "./requests.js";

interface Chunk {
  readonly number: number;
  /** Where in the object it lies; `end` is behind its last byte. */
  readonly start: number;
  readonly end: number;
}

/** The answer to the last chunk: the object, or why there is none. */
type Outcome = { readonly etag: string } | { readonly failure: GcsError };

const INCOMPLETE = 308;
const CANCELLED = 499;
/** The condition did not hold; there is no such upload, any more. */
const ENDED: readonly number[] = [412, 404, 410];

/**
 * A resumable upload: its parts are sent one after the other, and the last one makes the object.
 *
 * @param session its URL, which is as good as credentials for it
 */
export function createUpload(send: Send, session: string): ObjectUpload {
  /** Of the whole object. */
  const sum = createHash("md5");
  let chunk: Chunk = { number: 0, start: 0, end: 0 };
  /** Bytes that the store has for sure. */
  let stored = 0;
  let outcome: Outcome | undefined;
  /** Settles when the checksum has all of the chunk: it is made while the chunk is sent. */
  let summed = Promise.resolve();

  const put = async (range: string, body: Uint8Array, isLast: boolean, signal: AbortSignal): Promise<void> => {
    if (isLast) await summed;
    const hash = isLast ? { "x-goog-hash": `md5=${sum.copy().digest("base64")}` } : undefined;
    try {
      const answer = await send({
        about: "upload",
        method: "PUT",
        path: session,
        headers: { "content-range": range, ...hash },
        body,
        expected: [INCOMPLETE],
        signal,
      });
      if (answer.status === INCOMPLETE) {
        await answer.arrayBuffer();
        const last = /-(\d+)$/.exec(answer.headers.get("range") ?? "")?.[1];
        stored = last === undefined ? 0 : Number(last) + 1;
      } else {
        const { generation } = await jsonOf<{ readonly generation: string }>(answer);
        outcome = { etag: generation };
      }
    } catch (error) {
      // Gone, it may have been refused or completed by an answer that was lost: that shows in the object.
      if (!isLast || !(error instanceof GcsError) || !ENDED.includes(error.answer.status)) throw error;
      outcome = { failure: error };
    }
  };

  return {
    async putPart(number, body, { isLast, signal }) {
      if (chunk.number === number) {
        // How much of what failed arrived, only the store knows.
        await put(`bytes */${isLast ? chunk.end : "*"}`, new Uint8Array(0), isLast, signal);
      } else {
        chunk = { number, start: chunk.end, end: chunk.end + body.length };
        summed = addTo(sum, body);
      }
      // The store may keep less than was sent.
      for (let before = -1; outcome === undefined && (isLast || stored < chunk.end); before = stored) {
        if (stored < chunk.start || stored === before) throw new DamagedError("the store lost a part of the upload");
        const range = `bytes ${stored}-${chunk.end - 1}/${isLast ? chunk.end : "*"}`;
        await put(range, body.subarray(stored - chunk.start), isLast, signal);
      }
      await summed;
    },
    async complete() {
      if (outcome === undefined) throw new Error("The last part was not sent.");
      if ("failure" in outcome) throw outcome.failure;
      return outcome;
    },
    async abort({ signal }) {
      const answer = await send({ about: "upload", method: "DELETE", path: session, expected: [CANCELLED], signal });
      await answer.arrayBuffer();
    },
  };
}
