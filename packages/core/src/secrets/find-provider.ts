import { closest } from "fastest-levenshtein";
import type { SecretsProvider } from "../contracts/secrets-provider.js";
import { errors } from "../errors/codes.js";
import type { Registry } from "../registry/create-registry.js";

/** Finds providers by the `type` of sources. */
export type FindProvider = (type: string) => Promise<SecretsProvider>;

/** @throws PLUGIN_DUPLICATE, SECRET_TYPE_UNKNOWN, from the function that it returns */
export function providersOf(registry: Pick<Registry, "find" | "names">): FindProvider {
  return async (type) => {
    const found = await registry.find("secrets", type);
    if (found !== undefined) return found;
    const known = registry.names("secrets");
    throw errors.SECRET_TYPE_UNKNOWN({ type, known }, { fix: advice(type, known) });
  };
}

function advice(type: string, known: readonly string[]): string {
  const other = "Or install the package that provides it, or add it to `secrets` of metaflow.config.ts.";
  return `Did you mean '${closest(type, known)}'? ${other}`;
}
