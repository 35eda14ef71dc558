import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { TaskFacts } from "./step-decorator.js";

/** The version of this contract that a provider was written for. */
export type SecretsContract = 1;

/**
 * A place that secrets come from: a vault, a cloud's secret manager, a file. It only reads; core sets what it gives, and
 * keeps it out of everything that is written.
 *
 * Absent, denied and broken are three outcomes, which a provider throws by `secretFailure`. Anything else that it throws
 * counts as broken, and is not tried again.
 */
export interface SecretsProvider<O = unknown> {
  /** The `type` of sources that it serves. */
  readonly name: string;
  readonly contract: SecretsContract;
  /** Checks a source's `options` and fills in their defaults. Must answer at once, without a promise. */
  readonly options: StandardSchemaV1<unknown, O>;
  /** The secret's values by the names of the variables that hold them. Must print nothing, and set nothing itself. */
  resolve(request: SecretsRequest<O>): Promise<SecretValues>;
}

export type SecretValues = Readonly<Record<string, string>>;

/** The task that wants a secret. */
export type SecretsTask = Omit<TaskFacts, "given">;

/** One secret that is wanted. */
export interface SecretsRequest<O = unknown> {
  /** Which of the provider's secrets; empty where the source names none. */
  readonly id: string;
  readonly options: O;
  /** The role by which it is to be read, where one is given. */
  readonly role: string | undefined;
  /** The task that wants it; undefined outside of a step. */
  readonly task: SecretsTask | undefined;
  /** The process's environment: a provider reads no other. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Where a secret comes from, as `@secrets` and `getSecret` take it. */
export interface SecretSource {
  /** The provider's name. Default: METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE. */
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly role?: string | undefined;
}

/** Why a provider has no values to give. */
export type SecretOutcome =
  /** There is no such secret. */
  | "absent"
  /** Whoever asks may not read it. */
  | "denied"
  /** The place cannot answer. */
  | "broken";

/** A value that must not be written, and the name of what it is. */
export interface NamedSecret {
  readonly name: string;
  readonly value: string;
}
