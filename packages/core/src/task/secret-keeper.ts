import type { NamedSecret, SecretsTask } from "../contracts/secrets-provider.js";
import type { SecretMask } from "../secrets/secret-mask.js";
import { isTelling } from "../secrets/secret-patterns.js";
import type { SecretScope } from "../secrets/secret-scope.js";

/** What a process that runs tasks knows of secrets. */
export interface SecretKeeper {
  /** Of all secrets that the run has told the process, and of its own: globals and packages may have kept them. */
  readonly mask: SecretMask;
  /** Tells whoever reads what the process prints; resolves when it knows. */
  tell(secrets: readonly NamedSecret[]): Promise<void>;
}

/** What stands around the code of one attempt. */
export type AttemptScope = SecretScope & { find: SecretScope["find"] };

/** @param warn is told of values that cannot be masked */
export function attemptScope(keeper: SecretKeeper, task: SecretsTask, warn: (text: string) => void): AttemptScope {
  return {
    task,
    find: undefined,
    async learn(secrets) {
      await learnSecrets(keeper, secrets);
      for (const { name, value } of secrets) {
        if (value !== "" && !isTelling(value))
          warn(`The value of secret '${name}' is too short, or too common a word, to be kept out of what is written.`);
      }
    },
  };
}

/** Resolves when the process, and whoever reads what it prints, know them. */
export async function learnSecrets(keeper: SecretKeeper, secrets: readonly NamedSecret[]): Promise<void> {
  keeper.mask.add(secrets);
  if (secrets.length > 0) await keeper.tell(secrets);
}
