import { errors } from "../errors/codes.js";

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** The code of a failed system call, e.g. `"ENOENT"`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  return (error as NodeJS.ErrnoException).code;
}

/** An error that is treated as if a system call had failed with the code. */
export function systemError(code: string, syscall: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code, syscall });
}

/** What to throw for a failed system call: DATASTORE_DENIED or DATASTORE_BROKEN. Other errors stay what they are. */
export function explainFailure(error: unknown, values: { action: string; key: string; root: string }): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  if (DENIED.has(code)) return errors.DATASTORE_DENIED(values, { cause: error });
  return errors.DATASTORE_BROKEN({ ...values, reason: (error as Error).message }, { cause: error });
}
