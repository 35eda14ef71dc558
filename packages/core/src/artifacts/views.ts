import { Buffer } from "node:buffer";
import { types } from "node:util";

/** What the classes of views on an ArrayBuffer have in common. */
export interface ViewClass {
  readonly name: string;
  readonly prototype: ArrayBufferView;
  readonly BYTES_PER_ELEMENT?: number;
}

type ViewConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => ArrayBufferView<ArrayBuffer>;

// Float16Array came with Node 24; where it is missing there is no such value either.
const float16 = (globalThis as { readonly Float16Array?: ViewClass }).Float16Array;

/** Every class of views on an ArrayBuffer that this Node has, by name. */
export const viewClasses: ReadonlyMap<string, ViewClass> = new Map(
  [
    Buffer as unknown as ViewClass,
    DataView as unknown as ViewClass,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    ...(float16 === undefined ? [] : [float16]),
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((made): [string, ViewClass] => [made.name, made]),
);

/** Classes that other versions of Node may have written. */
export const knownViewNames: ReadonlySet<string> = new Set([...viewClasses.keys(), "Float16Array"]);

/** Bytes of one element; a DataView and a Buffer count bytes. */
export function elementSize(name: string): number {
  return name === "Buffer" ? 1 : (viewClasses.get(name)?.BYTES_PER_ELEMENT ?? 1);
}

/**
 * A view of class `name` on `length` bytes of the buffer.
 *
 * @returns undefined where the range lies outside of the buffer or does not fit the class's elements.
 */
export function makeView(
  name: string,
  buffer: ArrayBuffer,
  byteOffset: number,
  byteLength: number,
): ArrayBufferView<ArrayBuffer> | undefined {
  const size = elementSize(name);
  if (!isCount(byteOffset) || !isCount(byteLength) || byteOffset + byteLength > buffer.byteLength) return undefined;
  if (byteLength % size !== 0 || byteOffset % size !== 0) return undefined;
  if (name === "Buffer") return Buffer.from(buffer, byteOffset, byteLength);
  const made = viewClasses.get(name) as unknown as ViewConstructor | undefined;
  return made === undefined ? undefined : new made(buffer, byteOffset, byteLength / size);
}

/** The bytes that a view shows, without a copy. */
export function bytesOf(view: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (!ArrayBuffer.isView(view)) return new Uint8Array(view);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** False for bytes that another thread or a resize may change, and for those that were transferred away. */
export function isStableMemory(value: ArrayBufferView | ArrayBuffer): boolean {
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  return types.isArrayBuffer(memory) && !memory.resizable && !memory.detached;
}

/** True for a whole number from 0 that is exact. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
