import { CORE_PREFIX, errors } from "../errors/codes.js";
import { formatError } from "../errors/format-error.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { cliErrors } from "../errors/tables/cli-errors.js";
import { ExitCode } from "./exit-code.js";
import type { Output } from "./output.js";

/** Prints what went wrong to stderr. */
export function reportError(error: unknown, output: Output, cwd: string): void {
  output.status("");
  output.note(formatError(error, { colors: output.noteColors, cwd }));
}

/** The exit code of an error that a command threw. */
export function exitCodeOf(error: unknown, onError: "refused" | "failed"): ExitCode {
  if (!isMetaflowError(error)) return ExitCode.failed;
  const isUsage = error.code.startsWith(CORE_PREFIX) && Object.hasOwn(cliErrors, error.code.slice(CORE_PREFIX.length));
  return isUsage ? ExitCode.refused : ExitCode[onError];
}

/** A frame of a flow's code, as this process imports it. */
const FLOW_FRAME = /[0-9a-f]{64}\.mjs/;

/** An error that nobody caught: of code that the flow's file started while it was loaded, or a bug of ours. */
export function explainUncaught(error: unknown): unknown {
  if (!(error instanceof Error) || !FLOW_FRAME.test(error.stack ?? "")) return error;
  return errors.FLOW_UNCAUGHT({ reason: `${error.name}: ${error.message}` }, { cause: error });
}
