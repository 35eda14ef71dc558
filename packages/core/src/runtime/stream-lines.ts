import { StringDecoder } from "node:string_decoder";
import type { SecretMask } from "../secrets/secret-mask.js";

/** Cuts what a process prints into lines, and notices marks between them. */
export interface StreamLines {
  push(bytes: Buffer): void;
  /** Calls back when the mark was read, with everything before it given out. Forgets other marks. */
  expect(mark: string, reached: () => void): void;
  /** The stream ended: gives out what is left. */
  end(): void;
}

/** Lines longer than this are cut, so that a process which never ends its line cannot fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * @param onLine gets each line without its line feed; `terminated` is false where there was none
 * @param secrets are taken out of the lines
 */
export function createStreamLines(
  onLine: (text: string, terminated: boolean) => void,
  secrets?: SecretMask,
): StreamLines {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let mark: string | undefined;
  let reached: () => void = () => {};

  const masked = (text: string): string => secrets?.text(text) ?? text;
  const give = (text: string): void => {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      onLine(masked(text.slice(from, end)), true);
      from = end + 1;
    }
    if (from < text.length) onLine(masked(text.slice(from)), false);
  };
  /** Gives out what there is of a line that does not end, but for what may be the beginning of something. */
  const cut = (): void => {
    // Whole secrets are gone then: one that began before the last characters would have been seen whole.
    const text = masked(rest);
    const kept = Math.max(secrets?.reach ?? 0, mark === undefined ? 0 : beginningAtEnd(text, mark));
    give(text.slice(0, text.length - kept));
    rest = text.slice(text.length - kept);
  };
  /** Gives out whole lines; keeps the last, unfinished one, in which a mark may have begun. */
  const drain = (): void => {
    for (let at = mark === undefined ? -1 : rest.indexOf(mark); at >= 0; at = -1) {
      give(rest.slice(0, at));
      rest = rest.slice(at + (mark?.length ?? 0));
      mark = undefined;
      reached();
    }
    const last = rest.lastIndexOf("\n") + 1;
    give(rest.slice(0, last));
    rest = rest.slice(last);
    if (rest.length > LONGEST_LINE) cut();
  };
  return {
    push(bytes) {
      rest += decoder.write(bytes);
      drain();
    },
    expect(nextMark, callback) {
      mark = nextMark;
      reached = callback;
    },
    end() {
      rest += decoder.end();
      drain();
      give(rest);
      rest = "";
    },
  };
}

/** How many of the last characters of the text may be the beginning of the mark. */
function beginningAtEnd(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
