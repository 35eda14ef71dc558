import type { ObjectAttributes, PutOptions, PutResult } from "../contracts/datastore.js";
import type { ObjectClient, ObjectUpload } from "../contracts/object-client.js";
import { errors } from "../errors/codes.js";
import { checkInfo } from "./check-info.js";
import { cutParts, type Part } from "./cut-parts.js";
import { attributesOf } from "./object-attributes.js";
import type { Answer, ObjectCalls } from "./object-calls.js";
import { fateOf, type WriteMarks } from "./write-marks.js";

export interface ObjectWritesOptions {
  readonly root: string;
  readonly partBytes: number;
  readonly partConcurrency: number;
  readonly fullKey: (key: string) => string;
  readonly marks: WriteMarks;
}

/** What is known of a write, beside its body. */
interface Write {
  readonly key: string;
  readonly signal: AbortSignal | undefined;
  readonly condition: Pick<PutOptions, "ifAbsent" | "ifMatch">;
  readonly attributes: ObjectAttributes;
  /** Undefined where an answer that was lost does not matter: a write without a condition is just done again. */
  readonly mark: string | undefined;
}

type Body = Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>;

/** So many parts have the same size before they become larger: few objects have more. */
const SAME_SIZE = 1000;
const CLEAN_UP_MS = 5000;
/** An etag that matches nothing. */
const CHANGED_SINCE = "changed-since";

/** Writes of objects: the small ones by one request, the large ones in parts. */
export function createObjectWrites(client: ObjectClient, calls: ObjectCalls, options: ObjectWritesOptions) {
  const { root, partBytes, partConcurrency, fullKey, marks } = options;
  const { maxParts, parallelParts } = client.limits;
  const sizeOf = (number: number) => partBytes * (1 + Math.floor(number / SAME_SIZE));

  const putAtOnce = async (write: Write, bytes: Uint8Array): Promise<PutResult> => {
    const { key, signal, condition, attributes, mark } = write;
    const answer = await calls.call({ action: "write", key, signal, sends: bytes.length }, async (attempt) =>
      checkInfo(await client.put(fullKey(key), bytes, { ...condition, ...attributes, mark, signal: attempt.signal })),
    );
    return settle(write, answer);
  };

  const putParts = async (given: Write, first: Part, parts: AsyncIterator<Part>): Promise<PutResult> => {
    const { key, signal, condition, attributes, mark = marks.next(key, undefined) } = given;
    const write = { ...given, mark };
    const about = { action: "write", key, signal };
    const started = await calls.call(about, (attempt) =>
      client.startUpload(fullKey(key), { ...condition, ...attributes, mark, signal: attempt.signal }),
    );
    if (started.kind !== "done") return settle(write, started);
    const upload = started.value;
    try {
      await sendParts(write, upload, first, parts);
      const answer = await calls.call(about, async (attempt) =>
        checkInfo(await upload.complete({ signal: attempt.signal })),
      );
      const result = await settle(write, answer);
      if (!result.written) await abort(upload, key);
      return result;
    } catch (error) {
      await abort(upload, key);
      throw error;
    }
  };

  /** Sends parts, several at the same time; reads no more of the body ahead than is on its way. */
  const sendParts = async (
    write: Write,
    upload: ObjectUpload,
    first: Part,
    rest: AsyncIterator<Part>,
  ): Promise<void> => {
    const { key } = write;
    const stop = new AbortController();
    const signal = write.signal === undefined ? stop.signal : AbortSignal.any([write.signal, stop.signal]);
    const send = async ({ number, bytes, isLast }: Part) => {
      if (number > maxParts) throw broken(key, `it needs more than ${maxParts} parts; choose a larger part size`);
      const about = { action: "write", key, signal, sends: bytes.length * partConcurrency };
      const answer = await calls.call(about, (attempt) =>
        upload.putPart(number, bytes, { isLast, signal: attempt.signal }),
      );
      if (answer.kind !== "done") throw broken(key, "the unfinished upload is gone");
    };
    const underWay = new Set<Promise<void>>();
    let failed: { readonly error: unknown } | undefined;
    try {
      for (let part: Part | undefined = first; part !== undefined && failed === undefined; ) {
        const sending: Promise<void> = send(part).catch((error: unknown) => {
          failed ??= { error };
          stop.abort(error);
        });
        underWay.add(sending);
        void sending.then(() => underWay.delete(sending));
        if (underWay.size >= (parallelParts ? partConcurrency : 1)) await Promise.race(underWay);
        const next: IteratorResult<Part> = part.isLast ? { done: true, value: undefined } : await rest.next();
        part = next.done ? undefined : next.value;
      }
    } catch (error) {
      // The body itself failed.
      failed ??= { error };
      stop.abort(error);
    }
    await Promise.all(underWay);
    if (failed !== undefined) throw failed.error;
  };

  /** The result of a write. A lost answer may have been followed by a refusal: the object itself says whose it is. */
  const settle = async (write: Write, answer: Answer<{ readonly etag: string }>): Promise<PutResult> => {
    const { key, signal, mark = "", condition } = write;
    if (answer.kind === "done") {
      marks.note(key, answer.value.etag, mark);
      return { written: true, etag: answer.value.etag };
    }
    const found = await calls.call({ action: "look up", key, signal }, async (attempt) =>
      checkInfo(await client.head(fullKey(key), { signal: attempt.signal })),
    );
    const info = found.kind === "done" ? found.value : undefined;
    const fate = fateOf(mark, info?.mark);
    if (fate === "newest" && info !== undefined) return { written: true, etag: info.etag };
    // What is there now has not been seen by the caller.
    if (fate === "changed since") return { written: true, etag: CHANGED_SINCE };
    const isLost = condition.ifAbsent
      ? info !== undefined || answer.kind === "refused"
      : condition.ifMatch !== undefined;
    if (isLost && (condition.ifAbsent || info?.etag !== condition.ifMatch)) return { written: false };
    throw broken(key, "the store refused it without a reason");
  };

  /** Best effort, and no longer than somebody waits who has given up: what is left is for the store's own rule about unfinished uploads. */
  const abort = async (upload: ObjectUpload, key: string): Promise<void> => {
    const about = { action: "clean up", key, signal: AbortSignal.timeout(CLEAN_UP_MS) };
    await calls.call(about, (attempt) => upload.abort({ signal: attempt.signal })).catch(() => undefined);
  };

  const broken = (key: string, reason: string) => errors.DATASTORE_BROKEN({ action: "write", key, root, reason });

  return async (key: string, body: Body, given: PutOptions = {}): Promise<PutResult> => {
    const { ifAbsent, ifMatch, signal } = given;
    signal?.throwIfAborted();
    const isConditional = ifAbsent === true || ifMatch !== undefined;
    const mark = isConditional ? marks.next(key, ifMatch) : undefined;
    // SDKs leave out a header that is empty, and the condition with it.
    const condition = { ifAbsent, ifMatch: ifMatch === "" ? CHANGED_SINCE : ifMatch };
    const write: Write = { key, signal, condition, attributes: attributesOf(given), mark };
    const source = body instanceof Uint8Array ? [body] : body;
    const parts = cutParts(source, sizeOf);
    try {
      const { value: first } = (await parts.next()) as IteratorYieldResult<Part>;
      return await (first.isLast ? putAtOnce(write, first.bytes) : putParts(write, first, parts));
    } finally {
      // Ends a stream that was not read to its end.
      await parts.return(undefined);
    }
  };
}
