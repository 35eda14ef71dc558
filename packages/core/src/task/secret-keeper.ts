import type { NamedSecret, SecretsTask } from "../contracts/secrets-provider.js";
import { createSecretMask, type SecretMask } from "../secrets/secret-mask.js";
import { isTelling } from "../secrets/secret-patterns.js";
import type { SecretScope } from "../secrets/secret-scope.js";

/** What a process that runs tasks knows of secrets. */
export interface SecretKeeper {
  /** Of all secrets that the process has heard of, in tasks before this one too: packages may have kept them. */
  readonly mask: SecretMask;
  /** Tells whoever reads what the process prints; resolves when it knows. */
  tell(secrets: readonly NamedSecret[]): Promise<void>;
}

/** The secrets of one attempt. */
export interface AttemptSecrets {
  /** Of those that this attempt has heard of: its artifacts must not hold them. */
  readonly own: SecretMask;
  readonly scope: SecretScope & { find: SecretScope["find"] };
}

/** @param warn is told of values that cannot be masked */
export function attemptSecrets(keeper: SecretKeeper, task: SecretsTask, warn: (text: string) => void): AttemptSecrets {
  const own = createSecretMask();
  return {
    own,
    scope: {
      task,
      find: undefined,
      async learn(secrets) {
        own.add(secrets);
        keeper.mask.add(secrets);
        await keeper.tell(secrets);
        for (const { name, value } of secrets) {
          if (value !== "" && !isTelling(value))
            warn(
              `The value of secret '${name}' is too short, or too common a word, to be kept out of what is written.`,
            );
        }
      },
    },
  };
}
