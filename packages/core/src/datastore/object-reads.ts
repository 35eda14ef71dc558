import { setImmediate } from "node:timers/promises";
import type { GetOptions, HeadOptions, ObjectInfo, ObjectStream, StoredObject } from "../contracts/datastore.js";
import type { BodyChecksum, MarkedInfo, ObjectClient, ObjectPart } from "../contracts/object-client.js";
import { errors } from "../errors/codes.js";
import { byteRange } from "./byte-range.js";
import { checkInfo } from "./check-info.js";
import { inOrder } from "./in-order.js";
import { mapBounded } from "./map-bounded.js";
import { attributesOf } from "./object-attributes.js";
import { type ObjectCalls, type ObjectTry, TransferError } from "./object-calls.js";
import { readBody } from "./read-body.js";

export interface ObjectReadsOptions {
  readonly root: string;
  readonly partBytes: number;
  readonly partConcurrency: number;
  /** The store's key for one of the datastore's. */
  readonly fullKey: (key: string) => string;
  /** Told of every object that was read. */
  readonly onInfo: (key: string, info: MarkedInfo) => void;
}

/** How often a read is begun because the object was replaced under it, or came damaged. */
const RESTARTS = 10;
const DAMAGED = "the bytes that came do not fit their checksum";
/** Bytes that are added to a checksum without a break. */
const SLICE = 1024 * 1024;
/** Larger parts of the store's own are not read as such: several are held in memory. */
const MAX_STORED_PART = 64 * 1024 * 1024;

interface Failed {
  readonly failed: string;
}

/** A range, or a part of the store's own. */
type Piece = { readonly start: number; readonly end: number } | { readonly part: number };

/** Takes bytes of what is read; `at` is where in the object they begin. */
type Take = (chunk: Uint8Array, at: number) => void;

/** What is read: its beginning was taken already. */
interface Opened {
  readonly info: MarkedInfo;
  readonly rest: readonly Piece[];
  /** Knows the beginning, and is to get the rest; undefined where nothing is left to be checked. */
  readonly checksum: BodyChecksum | undefined;
}

/** Reads of objects and ranges: the small ones by one request, the large ones by several at the same time. */
export function createObjectReads(client: ObjectClient, calls: ObjectCalls, options: ObjectReadsOptions) {
  const { partBytes, partConcurrency, root, fullKey, onInfo } = options;
  /** One request reads up to here: a little more than a part is not worth a second one. */
  const atOnce = partBytes * 2;
  const firstEnd = (start: number, end: number) => (end - start <= atOnce ? end : start + partBytes);

  /** @param begin gives what takes the beginning of the bytes from `start` to `end`; called anew by every try */
  const open = async (
    key: string,
    { range, signal, checkedByCaller }: GetOptions,
    begin: (start: number, end: number) => Take,
  ): Promise<Opened | null> => {
    if (range !== undefined) byteRange(key, Number.POSITIVE_INFINITY, { range });
    const asked = range && { start: range.start, end: firstEnd(range.start, range.end) };
    const isChecked = range === undefined && checkedByCaller !== true;
    const answer = await calls.call({ action: "read", key, signal }, async (attempt): Promise<Opened> => {
      const found = await client.get(fullKey(key), { range: asked, signal: attempt.signal });
      const { body, parts = 1, checksum: given, ...info } = found;
      const checksum = isChecked ? given : undefined;
      const { start, end } = byteRange(key, info.size, { range });
      const inParts = isChecked && checksum === undefined && parts > 1 && info.size <= parts * MAX_STORED_PART;
      const split = inParts ? start : firstEnd(start, end);
      const begun = begin(start, end);
      const take = (chunk: Uint8Array, at: number) => {
        begun(chunk, start + at);
        checksum?.update(chunk);
      };
      await readBody(body, { length: split - start, isWhole: asked !== undefined || split === end, take }, attempt);
      checkInfo(info);
      const rest = inParts ? Array.from({ length: parts }, (_, i) => ({ part: i + 1 })) : cut(split, end, partBytes);
      if (rest.length > 0) return { info, rest, checksum };
      if (checksum?.matches() === false) throw new TransferError(DAMAGED);
      return { info, rest, checksum: undefined };
    });
    if (answer.kind === "range") {
      throw errors.DATASTORE_RANGE_INVALID({ key, start: range?.start ?? 0, end: range?.end ?? 0, size: null });
    }
    if (answer.kind !== "done") return null;
    onInfo(key, answer.value.info);
    return answer.value;
  };

  const getPiece = async (key: string, piece: Piece, ifMatch: string, signal: AbortSignal): Promise<ObjectPart> => {
    if ("start" in piece) {
      return { ...(await client.get(fullKey(key), { range: piece, ifMatch, signal })), ...piece };
    }
    if (client.getPart === undefined) throw new Error("An object has parts that cannot be read.");
    return await client.getPart(fullKey(key), piece.part, { ifMatch, signal });
  };

  /**
   * Reads a piece of the object that has the etag.
   *
   * @param begin gives what takes its bytes; called anew by every try
   * @returns false where the object was replaced or deleted since
   */
  const readPiece = async (
    key: string,
    etag: string,
    piece: Piece,
    begin: () => Take,
    signal: AbortSignal | undefined,
  ): Promise<boolean> => {
    const answer = await calls.call({ action: "read", key, signal }, async (attempt: ObjectTry) => {
      const { body, start, end, ...found } = await getPiece(key, piece, etag, attempt.signal);
      const begun = begin();
      const take = (chunk: Uint8Array, at: number) => begun(chunk, start + at);
      await readBody(body, { length: end - start, isWhole: true, take }, attempt);
      // Whoever ignores the condition may have answered with another object's bytes.
      return found.etag === etag;
    });
    return answer.kind === "done" && answer.value;
  };

  const readWhole = async (key: string, given: GetOptions): Promise<StoredObject | null | Failed> => {
    let bytes: Uint8Array = new Uint8Array(0);
    let base = 0;
    const fill: Take = (chunk, at) => {
      if (at - base + chunk.length > bytes.length) throw new TransferError("a part lies behind the object's end");
      bytes.set(chunk, at - base);
    };
    const opened = await open(key, given, (start, end) => {
      // Memory of its own, so that views of any element type are aligned.
      bytes = Buffer.allocUnsafeSlow(end - start);
      base = start;
      return fill;
    });
    if (opened === null) return null;
    const { info, rest, checksum } = opened;
    const pieces = await mapBounded(rest, partConcurrency, (piece) =>
      readPiece(key, info.etag, piece, () => fill, given.signal),
    );
    if (pieces.includes(false)) return { failed: "it is replaced faster than it can be read" };
    // The beginning was one part.
    if (checksum !== undefined && !(await fits(checksum, bytes.subarray(partBytes)))) return { failed: DAMAGED };
    return { ...plainInfo(info, given), bytes };
  };

  return {
    async get(key: string, given: GetOptions = {}): Promise<StoredObject | null> {
      for (let tries = 1; ; tries++) {
        const found = await readWhole(key, given);
        if (found === null || !("failed" in found)) return found;
        if (tries === RESTARTS) throw errors.DATASTORE_BROKEN({ action: "read", key, root, reason: found.failed });
      }
    },

    async getStream(key: string, given: GetOptions = {}): Promise<ObjectStream | null> {
      const first = collector();
      const opened = await open(key, given, first.begin);
      if (opened === null) return null;
      const { info, rest, checksum } = opened;
      const broken = (reason: string) => errors.DATASTORE_BROKEN({ action: "read", key, root, reason });
      const read = async (piece: Piece, signal: AbortSignal) => {
        const { chunks, begin } = collector();
        if (await readPiece(key, info.etag, piece, begin, signal)) return chunks();
        throw broken("it was replaced while it was read");
      };
      const stream = async function* () {
        yield* first.chunks();
        for await (const chunks of inOrder(rest, partConcurrency, read, given.signal)) {
          for (const chunk of chunks) {
            checksum?.update(chunk);
            yield chunk;
          }
        }
        if (checksum?.matches() === false) throw broken(DAMAGED);
      };
      return { ...plainInfo(info, given), stream: stream() };
    },

    async head(key: string, given: HeadOptions = {}): Promise<ObjectInfo | null> {
      const { signal } = given;
      const answer = await calls.call({ action: "look up", key, signal }, async (attempt) =>
        checkInfo(await client.head(fullKey(key), { signal: attempt.signal })),
      );
      return answer.kind === "done" ? plainInfo(answer.value, given) : null;
    },
  };
}

/** Keeps chunks as they come: copying them would take as long as checking them. */
function collector() {
  let kept: Uint8Array[] = [];
  return {
    begin: (): Take => {
      kept = [];
      return (chunk) => void kept.push(chunk);
    },
    chunks: (): readonly Uint8Array[] => kept,
  };
}

/** Whether what comes last makes the checksum right; with breaks, since each slice takes milliseconds. */
async function fits(checksum: BodyChecksum, bytes: Uint8Array): Promise<boolean> {
  for (let start = 0; start < bytes.length; start += SLICE) {
    if (start > 0) await setImmediate();
    checksum.update(bytes.subarray(start, start + SLICE));
  }
  return checksum.matches();
}

function cut(start: number, end: number, size: number): Piece[] {
  const count = Math.ceil((end - start) / size);
  return Array.from({ length: count }, (_, i) => ({
    start: start + i * size,
    end: Math.min(start + (i + 1) * size, end),
  }));
}

/** What is told of an object: its attributes where they are asked for, its mark never. */
function plainInfo(info: MarkedInfo, { attributes = false }: HeadOptions): ObjectInfo {
  const { size, etag, modifiedAt } = info;
  return { size, etag, modifiedAt, ...(attributes && attributesOf(info)) };
}
