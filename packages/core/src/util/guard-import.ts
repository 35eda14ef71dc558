/** Milliseconds that a module may take to be imported. */
const TIME_LIMIT = 60_000;

/** Code that was imported did what ends a command rather than an import: said as a clause. */
export class ImportStopped extends Error {
  override readonly name = "ImportStopped";
}

/**
 * Imports what others wrote. Where that calls `process.exit`, or never comes to its end, the command goes on and says so.
 *
 * @param timeLimitMs after which an import that goes on counts as one without an end
 * @throws ImportStopped, and what importing throws
 */
export async function guardImport<T>(load: () => Promise<T>, timeLimitMs = TIME_LIMIT): Promise<T> {
  const exits = catchExits();
  const ends = catchStandstill(timeLimitMs);
  try {
    const loaded = await Promise.race([load(), exits.called, ends.stoodStill]);
    exits.check();
    return loaded;
  } finally {
    ends.release();
    exits.release();
  }
}

/** The same for what is imported at once. */
export function guardImportSync<T>(load: () => T): T {
  const exits = catchExits();
  try {
    const loaded = load();
    exits.check();
    return loaded;
  } finally {
    exits.release();
  }
}

/** Why an import failed, as messages say it. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof ImportStopped) return cause.message;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

interface CaughtExits {
  /** Rejects when `process.exit` is called. */
  readonly called: Promise<never>;
  /** Throws where it was called, even if the caller made nothing of that. */
  check(): void;
  release(): void;
}

function catchExits(): CaughtExits {
  const { exit } = process;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  let stopped: ImportStopped | undefined;
  let isOver = false;
  const guard = (code?: number | string | null): never => {
    // Where two guards overlap, the one that began last may end last too, and this one is called though it is over.
    if (isOver) return exit.call(process, code);
    stopped ??= new ImportStopped(`process.exit(${code ?? ""}) was called at its top`);
    reject(stopped);
    throw stopped;
  };
  process.exit = guard;
  return {
    called: promise,
    check() {
      if (stopped !== undefined) throw stopped;
    },
    release() {
      isOver = true;
      if (process.exit === guard) process.exit = exit;
    },
  };
}

/** Rejects when the time is up, or as soon as the process has nothing left that it could wait for. */
function catchStandstill(timeLimitMs: number): { readonly stoodStill: Promise<never>; release(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const nothingLeft = (): void => reject(new ImportStopped("the 'await' at its top never ends"));
  const timeUp = (): void => reject(new ImportStopped(`it took longer than ${timeLimitMs / 1000} seconds`));
  const timer = setTimeout(timeUp, timeLimitMs).unref();
  process.once("beforeExit", nothingLeft);
  return {
    stoodStill: promise,
    release() {
      clearTimeout(timer);
      process.off("beforeExit", nothingLeft);
    },
  };
}
