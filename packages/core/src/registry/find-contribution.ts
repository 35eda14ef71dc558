import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { Contributions } from "../contracts/contributions.js";
import { errors } from "../errors/codes.js";
import { checkSchema } from "../util/check-schema.js";
import { meantName } from "../util/nearest.js";
import type { Registry } from "./create-registry.js";
import { KIND_WORDS } from "./kinds.js";

/** The contribution of a name; `others` are names that are no contribution's but may be meant. @throws PLUGIN_NAME_UNKNOWN, and what importing throws */
export async function findContribution<K extends ContributionKind>(
  registry: Registry,
  kind: K,
  name: string,
  others: readonly string[] = [],
): Promise<Contributions[K]> {
  const found = await registry.find(kind, name);
  if (found !== undefined) return found;
  const known = [...others, ...registry.names(kind)];
  throw errors.PLUGIN_NAME_UNKNOWN({ kind: KIND_WORDS[kind], name, known, nearest: meantName(name, known) });
}

/** Options of a contribution, checked and completed by its schema; without one it takes none. @throws PLUGIN_OPTIONS_INVALID */
export function contributionOptions<O>(
  kind: ContributionKind,
  { name, options }: { readonly name: string; readonly options?: StandardSchemaV1<unknown, O> | undefined },
  given: Readonly<Record<string, unknown>>,
): O {
  const refuse = (problems: readonly string[]): Error =>
    errors.PLUGIN_OPTIONS_INVALID({ kind: KIND_WORDS[kind], name, problems });
  if (options === undefined) {
    if (Object.keys(given).length > 0) throw refuse(["it takes none"]);
    return {} as O;
  }
  const result = checkSchema(options, given);
  if ("problems" in result) throw refuse(result.problems);
  return result.value;
}
