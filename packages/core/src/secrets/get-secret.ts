import { readEnvironment } from "../config/env.js";
import type { SecretSource, SecretValues } from "../contracts/secrets-provider.js";
import { createRegistry } from "../registry/create-registry.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import { builtinSecrets } from "./builtin-providers.js";
import { type FindProvider, providersOf } from "./find-provider.js";
import { parseSource } from "./parse-source.js";
import { resolveSource } from "./resolve-source.js";
import { secretScopes } from "./secret-scope.js";

/** What `getSecret` may be told beside the source. */
export interface GetSecretOptions {
  /** The role by which the secret is read, where the source names none. */
  readonly role?: string | undefined;
}

/**
 * A secret's values by name, for code: `await getSecret("env-file..env")`, `await getSecret({ type: "vault", id: "db" })`.
 * Sets nothing. What it gives is masked from then on in everything that the task, or else the command, writes.
 *
 * @throws SECRET_SOURCE_INVALID, SECRET_TYPE_MISSING, SECRET_TYPE_UNKNOWN, SECRET_OPTIONS_INVALID, SECRET_ABSENT,
 *   SECRET_DENIED, SECRET_BROKEN
 */
export async function getSecret(source: string | SecretSource, options: GetSecretOptions = {}): Promise<SecretValues> {
  const scope = secretScopes.get();
  const environment = readEnvironment();
  const parsed = parseSource(source, environment.METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE);
  const values = await resolveSource(
    { ...parsed, role: parsed.role ?? options.role },
    { find: scope?.find ?? installedProviders(), task: scope?.task, environment },
  );
  await scope?.learn(Object.entries(values).map(([name, value]) => ({ name, value })));
  return values;
}

function installedProviders(): FindProvider {
  return providersOf(createRegistry({}, { installed: discoverPlugins(process.cwd()), builtins: builtinSecrets }));
}
