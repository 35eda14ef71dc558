/** Keeps the values that were used last, up to a number of bytes in all. */
export interface ByteCache {
  /** A copy: its owner may change it. */
  get(key: string): Uint8Array | undefined;
  /** Keeps a copy, unless the value would push out most of the others. */
  set(key: string, bytes: Uint8Array): void;
}

export function createByteCache(maxBytes: number): ByteCache {
  // A Map keeps the order of insertion: what is used is inserted again, so the first entry is the oldest.
  const entries = new Map<string, Uint8Array>();
  let used = 0;
  return {
    get(key) {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return copyOf(found);
    },
    set(key, bytes) {
      if (entries.has(key) || bytes.length > maxBytes / 4) return;
      entries.set(key, copyOf(bytes));
      used += bytes.length;
      for (const [oldest, value] of entries) {
        if (used <= maxBytes) break;
        entries.delete(oldest);
        used -= value.length;
      }
    },
  };
}

/** In memory of its own, so that views of any element type are aligned. */
function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
