import { resolve } from "node:path";
import type { StepSecret } from "../decorators/redact-graph.js";
import { errors } from "../errors/codes.js";
import { codeFrame } from "../graph/code-frame.js";
import type { FlowBundle } from "../packaging/flow-bundle.js";
import { createSecretMask } from "../secrets/secret-mask.js";

/** Values with fewer characters may be parts of other words of the code; they count where they stand in quotes. */
const UNMISTAKABLE = 8;

/**
 * Refuses code that holds a secret itself: it is stored for everybody who can read the run.
 *
 * @throws SECRET_IN_CODE, with the place
 */
export function refuseLiterals({ code, map, root }: FlowBundle, secrets: readonly StepSecret[]): void {
  if (secrets.length === 0) return;
  const { sources, sourcesContent } = JSON.parse(map) as { sources: string[]; sourcesContent: (string | null)[] };
  for (const { name, value, step } of secrets) {
    for (const [k, text] of [...sourcesContent, code].entries()) {
      if (text === null || !holds(text, value)) continue;
      const [file] = sources.slice(k, k + 1);
      const place = file === undefined ? null : placeOf(text, value);
      const source = file !== undefined && place !== null ? { file: resolve(root, file), ...place } : undefined;
      const frame =
        source === undefined ? undefined : createSecretMask([{ name, value }]).text(codeFrame(text, source));
      throw errors.SECRET_IN_CODE({ name, step }, { where: { step, source }, codeFrame: frame });
    }
  }
}

function holds(text: string, value: string): boolean {
  if (createSecretMask([{ name: "", value }]).find(text).length === 0) return false;
  return value.length >= UNMISTAKABLE || ['"', "'", "`"].some((quote) => text.includes(quote + value + quote));
}

function placeOf(text: string, value: string): { readonly line: number; readonly column: number } | null {
  const offset = text.indexOf(value);
  if (offset < 0) return null;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
