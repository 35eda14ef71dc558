import type { MergeOptions } from "../contracts/flow-definition.js";
import type { TaskRecord } from "../contracts/records.js";
import type { ArtifactRef } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { sameArtifact } from "./artifact-io.js";

/** Where a merge happens, and what it can do there. */
export interface MergeTarget {
  readonly step: string;
  readonly has: (name: string) => boolean;
  readonly inherit: (name: string, ref: ArtifactRef) => void;
}

/**
 * Takes over by reference what has one value in all inputs that have it. Either everything that was asked for is
 * taken over, or an error is thrown and nothing is.
 *
 * @throws MERGE_OPTIONS, MERGE_CONFLICT (named first), MERGE_MISSING
 */
export function mergeArtifacts(target: MergeTarget, inputs: readonly TaskRecord[], options: MergeOptions): void {
  const { include, exclude } = options;
  const where = { where: { step: target.step } };
  if (include !== undefined && exclude !== undefined) throw errors.MERGE_OPTIONS(undefined as never, where);
  const found = new Map<string, ArtifactRef>();
  const conflicts = new Set<string>();
  for (const record of inputs) {
    for (const [name, ref] of Object.entries(record.artifacts)) {
      if (target.has(name) || exclude?.includes(name) || (include !== undefined && !include.includes(name))) continue;
      const other = found.get(name);
      if (other === undefined) found.set(name, ref);
      else if (!sameArtifact(other, ref)) conflicts.add(name);
    }
  }
  if (conflicts.size > 0) throw errors.MERGE_CONFLICT({ step: target.step, artifacts: [...conflicts].sort() }, where);
  const missing = (include ?? []).filter((name) => !found.has(name) && !target.has(name));
  if (missing.length > 0) throw errors.MERGE_MISSING({ step: target.step, artifacts: missing }, where);
  for (const [name, ref] of found) target.inherit(name, ref);
}
