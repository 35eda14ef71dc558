import { AsyncLocalStorage } from "node:async_hooks";
import type { NamedSecret, SecretsTask } from "../contracts/secrets-provider.js";
import type { FindProvider } from "./find-provider.js";

/** What stands around code that asks for secrets. */
export interface SecretScope {
  readonly task: SecretsTask;
  /** Undefined as long as the code, and with it the config, is not loaded: then installed packages are asked. */
  readonly find: FindProvider | undefined;
  /** Resolves when everybody who writes anything knows of the secrets. */
  learn(secrets: readonly NamedSecret[]): Promise<void>;
}

interface ScopeStorage {
  get(): SecretScope | undefined;
  run<T>(scope: SecretScope, action: () => T): T;
}

/** Where all copies of core in a process find the one storage: what a plugin's own copy reads is masked too. */
const KEY: unique symbol = Symbol.for("metaflow-ts.secret-scope") as never;

/** The storage of this process, made by whichever copy of core was loaded first. */
export const secretScopes: ScopeStorage = (globalThis as { [KEY]?: ScopeStorage })[KEY] ?? createStorage();

function createStorage(): ScopeStorage {
  const scopes = new AsyncLocalStorage<SecretScope>();
  const storage: ScopeStorage = Object.freeze({
    get: () => scopes.getStore(),
    run: <T>(scope: SecretScope, action: () => T): T => scopes.run(scope, action),
  });
  Object.defineProperty(globalThis, KEY, { value: storage });
  return storage;
}
