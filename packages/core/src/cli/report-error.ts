import { CORE_PREFIX, errors } from "../errors/codes.js";
import { formatError } from "../errors/format-error.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { cliErrors } from "../errors/tables/cli-errors.js";
import type { JsonValue } from "../util/json.js";
import { ExitCode } from "./exit-code.js";
import type { Output } from "./output.js";

/** Prints what went wrong to stderr, and as data to stdout for whoever reads data there. */
export function reportError(error: unknown, output: Output, { cwd, json }: { cwd: string; json: boolean }): void {
  output.status("");
  output.note(formatError(error, { colors: output.noteColors, cwd }));
  if (json) output.json({ type: "error", ...errorJson(error) });
}

/** An error as `--json` prints it; see `docs/reference/json-output.md`. */
function errorJson(error: unknown): { readonly [key: string]: JsonValue } {
  const none = { code: null, fix: null, where: {}, codeFrame: null, errors: [] };
  if (!isMetaflowError(error)) {
    return { ...none, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  const { code, message, fix = null, where, codeFrame = null } = error;
  const members = "errors" in error && Array.isArray(error.errors) ? (error.errors as readonly MetaflowError[]) : [];
  return { code, message, fix, where: where as JsonValue, codeFrame, errors: members.map(errorJson) };
}

/** Codes for which nothing was tried, whichever command it was. */
const USAGE: ReadonlySet<string> = new Set(
  [...Object.keys(cliErrors), "PATHSPEC_INVALID", "DATASTORE_UNKNOWN", "DATASTORE_ROOT_INVALID"].map(
    (key) => CORE_PREFIX + key,
  ),
);

/** The exit code of an error that a command threw. */
export function exitCodeOf(error: unknown, onError: "refused" | "failed"): ExitCode {
  if (!isMetaflowError(error)) return ExitCode.failed;
  if (error.code === "MF_RUN_NOT_STARTED") return ExitCode.cancelled;
  return USAGE.has(error.code) ? ExitCode.refused : ExitCode[onError];
}

/** A frame of a flow's code, as this process imports it. */
const FLOW_FRAME = /[0-9a-f]{64}\.mjs/;

/** An error that nobody caught: of code that the flow's file started while it was loaded, or a bug of ours. */
export function explainUncaught(error: unknown): unknown {
  if (!(error instanceof Error) || !FLOW_FRAME.test(error.stack ?? "")) return error;
  return errors.FLOW_UNCAUGHT({ reason: `${error.name}: ${error.message}` }, { cause: error });
}
