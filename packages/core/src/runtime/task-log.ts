import type { LogRef, RecordStore } from "../contracts/record-store.js";
import { formatLogLine, type LogStream } from "../util/log-lines.js";

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** Characters of a chunk after which a new one is begun. */
const CHUNK_SIZE = 1024 * 1024;

/**
 * The open chunk is written this long after a line came, so that others can follow, and so that no more than this is
 * lost with the driver's process; in ms.
 */
const FLUSH_INTERVAL = 2000;

/** Keeps what one attempt prints. */
export interface TaskLog {
  add(stream: LogStream, text: string, terminated: boolean): void;
  /** Writes what is left. Never throws: `onError` hears of what could not be written. */
  close(): Promise<void>;
}

/** @param maxBytes kept of each stream; what follows is cut with a line that says so */
export function createTaskLog(
  store: RecordStore,
  ref: LogRef,
  maxBytes: number,
  onError: (error: unknown) => void,
): TaskLog {
  const kept = { stdout: 0, stderr: 0 };
  let chunk = 0;
  let open: string[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const [text, number] = [open.join(""), chunk];
    if (size >= CHUNK_SIZE) {
      chunk += 1;
      open = [];
      size = 0;
    }
    writing = writing.then(() => store.writeLogChunk(ref, number, text)).catch(onError);
  };
  const append = (stream: LogStream, text: string, terminated: boolean): void => {
    const line = formatLogLine(Date.now(), stream, text, terminated);
    open.push(line);
    size += line.length;
    if (size >= CHUNK_SIZE) write();
    else if (timer === undefined) {
      timer = setTimeout(write, FLUSH_INTERVAL);
    }
  };
  return {
    add(stream, text, terminated) {
      if (kept[stream] >= maxBytes) return;
      kept[stream] += Buffer.byteLength(text) + 1;
      append(stream, text, terminated);
      if (kept[stream] >= maxBytes)
        append(stream, `[the rest was cut: --max-log-size ${maxBytes / BYTES_PER_MEGABYTE}, in megabytes]`, true);
    },
    async close() {
      if (size > 0) write();
      clearTimeout(timer);
      await writing;
    },
  };
}
