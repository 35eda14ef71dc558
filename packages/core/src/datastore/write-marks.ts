import { randomBytes } from "node:crypto";

/** Writes that an object remembers: enough for those that others make while one is tried again. */
const REMEMBERED = 32;
const KEPT = 1000;
const SEPARATOR = ".";

/**
 * Marks of conditional writes, by which a writer whose answer was lost finds out whether it wrote. A mark lists ids of
 * writes, the newest first: also of those that the object was changed from, so that a change on top of one's own is
 * not taken for a race that was lost.
 */
export interface WriteMarks {
  /** Remembers the mark of an object that was read. */
  note(key: string, etag: string, mark: string | undefined): void;
  /** A mark for a write, over the object that has the etag where one is given. */
  next(key: string, ifMatch: string | undefined): string;
}

export function createWriteMarks(): WriteMarks {
  const known = new Map<string, string>();
  const nameOf = (key: string, etag: string) => `${etag} ${key}`;
  return {
    note(key, etag, mark) {
      if (mark === undefined) return;
      if (known.size >= KEPT) known.clear();
      known.set(nameOf(key, etag), mark);
    },
    next(key, ifMatch) {
      const before = ifMatch === undefined ? undefined : known.get(nameOf(key, ifMatch));
      const ids = before?.split(SEPARATOR).slice(0, REMEMBERED - 1) ?? [];
      return [randomBytes(6).toString("base64url"), ...ids].join(SEPARATOR);
    },
  };
}

/** What became of the write with the mark, told by the mark of the object that is there now. */
export function fateOf(mark: string, found: string | undefined): "newest" | "changed since" | "not written" {
  const [id = ""] = mark.split(SEPARATOR);
  const index = found?.split(SEPARATOR).indexOf(id) ?? -1;
  if (index < 0) return "not written";
  return index === 0 ? "newest" : "changed since";
}
