/** Bytes that are sent together. */
export interface Part {
  /** From 1 on. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

type Source = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Cuts a body into parts of exactly the size that `sizeOf` says for their number; the last one may be smaller, and is
 * empty only where the whole body is. A part that is one chunk's is not copied.
 */
export async function* cutParts(source: Source, sizeOf: (number: number) => number): AsyncGenerator<Part> {
  let held: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of source) {
    let rest = chunk;
    // Only once there is more: a part that ends with the body is the last one.
    while (length + rest.length > sizeOf(number)) {
      const room = sizeOf(number) - length;
      if (room > 0) held.push(rest.subarray(0, room));
      yield { number: number++, bytes: joined(held), isLast: false };
      rest = rest.subarray(room);
      held = [];
      length = 0;
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  yield { number, bytes: joined(held), isLast: true };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
