import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { BuildFailure, Location, Message } from "esbuild";
import { errors } from "../errors/codes.js";
import {
  type MetaflowError,
  type MetaflowErrorOptions,
  MetaflowErrors,
  type SourcePosition,
} from "../errors/metaflow-error.js";
import { codeFrame } from "../graph/code-frame.js";
import { fixForImport } from "./fix-for-import.js";

/** What the bundler says of an import that leads nowhere. */
const UNRESOLVED = /^Could not resolve "(.*)"$/;

/** Everything that the bundler found wrong with a flow's files, as errors with their places. */
export function bundlerFailure(entry: string, failure: BuildFailure): MetaflowError {
  const problems = (failure.errors ?? []).map((message) => problemOf(message, dirname(entry)));
  if (problems.length === 0)
    return errors.FLOW_NOT_BUNDLED({ file: entry, reason: String(failure) }, { cause: failure });
  const reason = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  const base = errors.FLOW_NOT_BUNDLED({ file: entry, reason });
  return new MetaflowErrors(base.code, base.message, problems, { fix: base.fix });
}

function problemOf({ text, location }: Message, root: string): MetaflowError {
  const place = location === null ? {} : placeOf(location, root);
  const specifier = UNRESOLVED.exec(text)?.[1];
  if (specifier === undefined) return errors.FLOW_SYNTAX({ problem: text }, place);
  const folder = location === null ? root : dirname(resolve(root, location.file));
  return errors.FLOW_IMPORT_UNRESOLVED({ specifier }, { ...place, fix: fixForImport(specifier, folder) });
}

function placeOf({ file, line, column, lineText }: Location, root: string): MetaflowErrorOptions {
  // The bundler counts bytes.
  const before = Buffer.from(lineText).subarray(0, column).toString();
  const source = { file: resolve(root, file), line, column: before.length + 1 };
  return { where: { source }, codeFrame: frameOf(source) };
}

/** None where the text is not to be had: what is shown must be what is there. */
function frameOf(source: SourcePosition): string | undefined {
  try {
    return codeFrame(readFileSync(source.file, "utf8"), source);
  } catch {
    return undefined;
  }
}
