import type { SecretOutcome, SecretsRequest } from "../contracts/secrets-provider.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";

/** What a provider knows of a failure besides its kind. */
export interface SecretFailureOptions {
  /** One sentence that goes on after "Failed to retrieve secret …:". */
  readonly reason: string;
  /** It may well work in a moment: core asks again. Only for `broken`. */
  readonly transient?: boolean | undefined;
  readonly cause?: unknown;
}

/** Causes by which core knows that it may ask again. */
const TRANSIENT: unique symbol = Symbol.for("metaflow-ts.transient-secret-failure") as never;

const CODES = { absent: errors.SECRET_ABSENT, denied: errors.SECRET_DENIED, broken: errors.SECRET_BROKEN };

/**
 * The error by which a provider says that it has no values to give.
 *
 * ```ts
 * throw secretFailure("vault", request, "absent", { reason: "there is no such path" });
 * ```
 */
export function secretFailure(
  type: string,
  { id }: Pick<SecretsRequest, "id">,
  outcome: SecretOutcome,
  { reason, transient = false, cause }: SecretFailureOptions,
): MetaflowError {
  const error = CODES[outcome]({ id, type, reason }, { cause });
  if (transient && outcome === "broken") Object.defineProperty(error, TRANSIENT, { value: true });
  return error;
}

export function isTransient(error: unknown): boolean {
  return typeof error === "object" && error !== null && TRANSIENT in error;
}

/** Whether it is one of the three outcomes; another copy of core may have made it. */
export function isSecretFailure(error: unknown): boolean {
  return ["MF_SECRET_ABSENT", "MF_SECRET_DENIED", "MF_SECRET_BROKEN"].some((code) => isMetaflowError(error, code));
}
