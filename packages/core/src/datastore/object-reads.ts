import type { GetOptions, ObjectStream, StoredObject } from "../contracts/datastore.js";
import type { MarkedInfo, ObjectClient, ObjectPart } from "../contracts/object-client.js";
import { errors } from "../errors/codes.js";
import { byteRange } from "./byte-range.js";
import { checkInfo } from "./check-info.js";
import { inOrder } from "./in-order.js";
import { mapBounded } from "./map-bounded.js";
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

/** How often a read starts again because the object was replaced under it. */
const RESTARTS = 10;
/** Larger parts of the store's own are not read as such: several are held in memory. */
const MAX_STORED_PART = 64 * 1024 * 1024;

/** A range, or a part of the store's own. */
type Piece = { readonly start: number; readonly end: number } | { readonly part: number };

/** The beginning of what is read, and what is left of it. */
interface Opened {
  readonly info: MarkedInfo;
  /** Bytes of all that is read, and where in the object they begin. */
  readonly length: number;
  readonly start: number;
  readonly first: Uint8Array;
  readonly rest: readonly Piece[];
}

/** Memory for some bytes of what is read. */
type Place = (start: number, end: number) => Uint8Array;

/** Reads of whole objects and ranges: the small ones by one request, the large ones by several at the same time. */
export function createObjectReads(client: ObjectClient, calls: ObjectCalls, options: ObjectReadsOptions) {
  const { partBytes, partConcurrency, root, fullKey, onInfo } = options;
  /** One request reads up to here: a little more than a part is not worth a second one. */
  const atOnce = partBytes * 2;
  const firstEnd = (start: number, end: number) => (end - start <= atOnce ? end : start + partBytes);

  /** @param allocate memory for the beginning, or for all that is read */
  const open = async (
    key: string,
    { range, signal }: GetOptions,
    allocate: (length: number, first: number) => Uint8Array,
  ): Promise<Opened | null> => {
    if (range !== undefined) byteRange(key, Number.POSITIVE_INFINITY, { range });
    const asked = range && { start: range.start, end: firstEnd(range.start, range.end) };
    const answer = await calls.call({ action: "read", key, signal }, async (attempt): Promise<Opened> => {
      const { body, parts = 1, ...info } = await client.get(fullKey(key), { range: asked, signal: attempt.signal });
      const { start, end } = byteRange(key, info.size, { range });
      const inParts = range === undefined && parts > 1 && info.size <= parts * MAX_STORED_PART;
      const split = inParts ? start : firstEnd(start, end);
      const first = allocate(end - start, split - start).subarray(0, split - start);
      await readBody(body, first, asked !== undefined || split === end, attempt);
      checkInfo(info);
      const rest = inParts ? Array.from({ length: parts }, (_, i) => ({ part: i + 1 })) : cut(split, end, partBytes);
      return { info, length: end - start, start, first, rest };
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

  /** Reads a piece of the object that has the etag. Null where it was replaced or deleted since. */
  const readPiece = async (key: string, etag: string, piece: Piece, place: Place, signal: AbortSignal | undefined) => {
    const answer = await calls.call({ action: "read", key, signal }, async (attempt: ObjectTry) => {
      const found = await getPiece(key, piece, etag, attempt.signal);
      const target = place(found.start, found.end);
      await readBody(found.body, target, true, attempt);
      // Whoever ignores the condition may have answered with another object's bytes.
      return found.etag === etag ? target : null;
    });
    return answer.kind === "done" ? answer.value : null;
  };

  const readWhole = async (key: string, given: GetOptions): Promise<StoredObject | null | "replaced"> => {
    let bytes: Uint8Array = new Uint8Array(0);
    const opened = await open(key, given, (length) => {
      // Memory of its own, so that views of any element type are aligned.
      bytes = Buffer.allocUnsafeSlow(length);
      return bytes;
    });
    if (opened === null) return null;
    const { info, rest, start: base } = opened;
    const place = (start: number, end: number) => {
      if (end - base > bytes.length) throw new TransferError("a part lies behind the object's end");
      return bytes.subarray(start - base, end - base);
    };
    const pieces = await mapBounded(rest, partConcurrency, (piece) =>
      readPiece(key, info.etag, piece, place, given.signal),
    );
    return pieces.includes(null) ? "replaced" : { ...plain(info), bytes };
  };

  return {
    async get(key: string, given: GetOptions = {}): Promise<StoredObject | null> {
      for (let tries = 0; tries < RESTARTS; tries++) {
        const found = await readWhole(key, given);
        if (found !== "replaced") return found;
      }
      throw errors.DATASTORE_BROKEN({ action: "read", key, root, reason: "it is replaced faster than it can be read" });
    },

    async getStream(key: string, given: GetOptions = {}): Promise<ObjectStream | null> {
      const opened = await open(key, given, (_, first) => Buffer.allocUnsafeSlow(first));
      if (opened === null) return null;
      const { info, first, rest } = opened;
      const place = (start: number, end: number) => Buffer.allocUnsafeSlow(end - start);
      const read = async (piece: Piece, signal: AbortSignal) => {
        const bytes = await readPiece(key, info.etag, piece, place, signal);
        if (bytes !== null) return bytes;
        throw errors.DATASTORE_BROKEN({ action: "read", key, root, reason: "it was replaced while it was read" });
      };
      const stream = async function* () {
        if (first.length > 0) yield first;
        yield* inOrder(rest, partConcurrency, read, given.signal);
      };
      return { ...plain(info), stream: stream() };
    },
  };
}

function cut(start: number, end: number, size: number): Piece[] {
  const count = Math.ceil((end - start) / size);
  return Array.from({ length: count }, (_, i) => ({
    start: start + i * size,
    end: Math.min(start + (i + 1) * size, end),
  }));
}

function plain({ size, etag, modifiedAt }: MarkedInfo) {
  return { size, etag, modifiedAt };
}
