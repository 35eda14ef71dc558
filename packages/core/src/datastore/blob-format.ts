import type { Hash } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { addInTurns } from "./content-hash.js";
import { mapBounded } from "./map-bounded.js";

/*
 * A blob as it is stored: 16 bytes of header, then the content as it is, or as zstd frames.
 *
 *   0  magic "MFTB"     4  format version (1)     5  codec: 0 raw, 1 zstd     6  zero     8  content's bytes, 64 bit
 *
 * zstd: content's bytes per frame, number of frames, each frame's compressed bytes (32 bit each), then the frames.
 * All numbers are little endian. The header's length keeps raw content that is read with it aligned to 8 bytes.
 */

export const BLOB_VERSION = 1;
const HEADER_BYTES = 16;
const MAGIC = "MFTB";
const RAW = 0;
const ZSTD = 1;

/** Small enough that frames are compressed side by side, large enough that it costs no ratio. */
const FRAME_BYTES = 4 * 1024 * 1024;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Up to here compressing takes less time than handing it to another thread. */
const AT_ONCE_BYTES = 256 * 1024;
const SAMPLE_BYTES = 16 * 1024;
/** Compression that saves less than this is not worth its time. */
const WORTHWHILE = 0.9;
const PARALLEL_FRAMES = 4;

const params = { [constants.ZSTD_c_compressionLevel]: 1 };
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Thrown for bytes that are no blob; the message completes "the blob is damaged: …". */
export class BlobFormatError extends Error {
  /** The format version, where it is one that this release does not know. */
  readonly newerVersion: number | null;

  constructor(reason: string, newerVersion: number | null = null) {
    super(reason);
    this.newerVersion = newerVersion;
  }
}

export function byteLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** The stored form of some content, as chunks to write in order. Raw content is not copied. */
export async function encodeBlob(chunks: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const size = byteLength(chunks);
  if (isCompressible(chunks, size)) {
    const frames = await compressFrames(chunks, size);
    if (byteLength(frames) < size * WORTHWHILE) return [header(ZSTD, size), frameTable(frames), ...frames];
  }
  return [header(RAW, size), ...chunks];
}

function header(codec: number, size: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 0, "latin1");
  bytes[4] = BLOB_VERSION;
  bytes[5] = codec;
  bytes.writeBigUInt64LE(BigInt(size), 8);
  return bytes;
}

function frameTable(frames: readonly Uint8Array[]): Buffer {
  const table = Buffer.alloc(8 + 4 * frames.length);
  table.writeUInt32LE(FRAME_BYTES, 0);
  table.writeUInt32LE(frames.length, 4);
  frames.forEach((frame, i) => {
    table.writeUInt32LE(frame.length, 8 + 4 * i);
  });
  return table;
}

/** Whether compressing is worth a try, judged by samples from the beginning, the middle and the end. */
function isCompressible(chunks: readonly Uint8Array[], size: number): boolean {
  if (size <= 3 * SAMPLE_BYTES) return size > 0;
  const starts = [0, Math.floor((size - SAMPLE_BYTES) / 2), size - SAMPLE_BYTES];
  const samples = starts.map((start) => joined(slice(chunks, start, start + SAMPLE_BYTES)));
  // Each by itself: that one repeats another says nothing of what lies between them.
  return byteLength(samples.map((sample) => zstdCompressSync(sample, { params }))) < 3 * SAMPLE_BYTES * WORTHWHILE;
}

async function compressFrames(chunks: readonly Uint8Array[], size: number): Promise<Uint8Array[]> {
  if (size <= AT_ONCE_BYTES) return [zstdCompressSync(joined(chunks), { params })];
  const starts = Array.from({ length: Math.ceil(size / FRAME_BYTES) }, (_, i) => i * FRAME_BYTES);
  return mapBounded(starts, PARALLEL_FRAMES, (start) =>
    compress(joined(slice(chunks, start, start + FRAME_BYTES)), { params, chunkSize: FRAME_BYTES / 8 }),
  );
}

/** The chunks between two offsets, as views. */
function slice(chunks: readonly Uint8Array[], start: number, end: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const chunk of chunks) {
    if (offset >= end) break;
    if (offset + chunk.length > start) parts.push(chunk.subarray(Math.max(start - offset, 0), end - offset));
    offset += chunk.length;
  }
  return parts;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

interface Frame {
  readonly bytes: Uint8Array;
  /** Where its content goes. */
  readonly start: number;
  readonly length: number;
}

/**
 * The content of a stored blob, which is added to `hash` on the way; raw content is a view of it, aligned as it is.
 * @throws BlobFormatError
 */
export async function decodeBlob(stored: Uint8Array, hash: Hash): Promise<Uint8Array> {
  const size = checkHeader(stored);
  if (stored[5] === RAW || size <= AT_ONCE_BYTES) {
    const content = decodeBlobSync(stored);
    await addInTurns(hash, [content]);
    return content;
  }
  const frames = readFrames(stored, size);
  const content = Buffer.allocUnsafeSlow(size);
  const isDone = new Array<boolean>(frames.length).fill(false);
  let hashed = 0;
  await mapBounded(frames, PARALLEL_FRAMES, async (frame, index) => {
    put(content, frame, await decompress(frame.bytes, limits(frame)).catch(notZstd));
    isDone[index] = true;
    // This thread hashes what is ready, in order, while others decompress what follows.
    for (let ready = frames[hashed]; ready !== undefined && isDone[hashed]; ready = frames[++hashed]) {
      hash.update(content.subarray(ready.start, ready.start + ready.length));
    }
  });
  return content;
}

/** The same at once. @throws BlobFormatError */
export function decodeBlobSync(stored: Uint8Array): Uint8Array {
  const size = checkHeader(stored);
  if (stored[5] === RAW) return stored.subarray(HEADER_BYTES);
  const frames = readFrames(stored, size);
  const content = Buffer.allocUnsafeSlow(size);
  for (const frame of frames) {
    try {
      put(content, frame, zstdDecompressSync(frame.bytes, limits(frame)));
    } catch (error) {
      notZstd(error);
    }
  }
  return content;
}

/** One buffer for the whole frame, and never more than was announced. */
const limits = (frame: Frame) => ({ chunkSize: Math.max(frame.length, 64), maxOutputLength: frame.length });

function put(content: Buffer, frame: Frame, bytes: Uint8Array): void {
  if (bytes.length !== frame.length) throw new BlobFormatError("a part of it has the wrong length");
  content.set(bytes, frame.start);
}

function notZstd(error: unknown): never {
  if (error instanceof BlobFormatError) throw error;
  throw new BlobFormatError(`it cannot be decompressed (${error instanceof Error ? error.message : String(error)})`);
}

function checkHeader(stored: Uint8Array): number {
  const view = viewOf(stored);
  if (stored.length < HEADER_BYTES || view.toString("latin1", 0, 4) !== MAGIC) {
    throw new BlobFormatError("it does not begin like a blob");
  }
  const version = view[4] ?? 0;
  if (version > BLOB_VERSION) throw new BlobFormatError(`it has format version ${version}`, version);
  const size = Number(view.readBigUInt64LE(8));
  const isRaw = view[5] === RAW;
  const isKnown = version === BLOB_VERSION && (isRaw || view[5] === ZSTD) && view[6] === 0 && view[7] === 0;
  if (!isKnown) throw new BlobFormatError("its header makes no sense");
  if (isRaw && size !== stored.length - HEADER_BYTES) throw new BlobFormatError("it has the wrong length");
  return size;
}

function readFrames(stored: Uint8Array, size: number): Frame[] {
  const view = viewOf(stored);
  const wrong = new BlobFormatError("its table of frames makes no sense");
  if (view.length < HEADER_BYTES + 8) throw wrong;
  const perFrame = view.readUInt32LE(HEADER_BYTES);
  const count = view.readUInt32LE(HEADER_BYTES + 4);
  const tableEnd = HEADER_BYTES + 8 + 4 * count;
  if (perFrame === 0 || perFrame > MAX_FRAME_BYTES || count !== Math.ceil(size / perFrame)) throw wrong;
  if (tableEnd > view.length) throw wrong;

  let offset = tableEnd;
  const frames = Array.from({ length: count }, (_, i): Frame => {
    const end = offset + view.readUInt32LE(HEADER_BYTES + 8 + 4 * i);
    const bytes = view.subarray(offset, end);
    offset = end;
    const start = i * perFrame;
    return { bytes, start, length: Math.min(perFrame, size - start) };
  });
  if (offset !== view.length) throw wrong;
  return frames;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
