import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import type { BundleNamespace, FlowBundle } from "./flow-bundle.js";

/**
 * Evaluates a bundle once, by importing it from a file: for processes that look at a flow but run no tasks.
 *
 * @throws FLOW_NOT_LOADED with the user's error as its cause; errors of this project as they are.
 */
export async function importBundle(bundle: FlowBundle): Promise<BundleNamespace> {
  const path = bundleFile(bundle);
  try {
    return (await import(pathToFileURL(path).href)) as BundleNamespace;
  } catch (error) {
    throw loadFailure(bundle.entry, error);
  }
}

/** What a throwing top level is reported as. */
export function loadFailure(file: string, error: unknown): unknown {
  if (isMetaflowError(error)) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return errors.FLOW_NOT_LOADED({ file, reason }, { cause: error });
}

/** The bundle as a file of this user's, written at most once per content. */
function bundleFile(bundle: FlowBundle): string {
  const folder = join(tmpdir(), `metaflow-ts-${userInfo().username}`);
  const path = join(folder, `${bundle.sha256}.mjs`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, bundle.code, { mode: 0o600 });
  renameSync(partial, path);
  return path;
}
