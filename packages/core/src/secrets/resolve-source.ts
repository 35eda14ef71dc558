import { setTimeout as sleep } from "node:timers/promises";
import type { SecretsProvider, SecretsTask, SecretValues } from "../contracts/secrets-provider.js";
import { errors } from "../errors/codes.js";
import { checkSchema } from "../util/check-schema.js";
import type { FindProvider } from "./find-provider.js";
import type { ParsedSource } from "./parse-source.js";
import { isSecretFailure, isTransient, secretFailure } from "./secret-failure.js";

/** What surrounds the asking. */
export interface ResolveSurroundings {
  readonly find: FindProvider;
  readonly task: SecretsTask | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a provider may take for one answer. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds before each further try, after a failure that may pass. */
  readonly delaysMs?: readonly number[] | undefined;
}

const TIMEOUT = 30_000;
const DELAYS: readonly number[] = [500, 2000];

/**
 * Asks a source's provider for its values, again where it says that a failure may pass.
 *
 * @throws SECRET_TYPE_UNKNOWN, SECRET_OPTIONS_INVALID, SECRET_ABSENT, SECRET_DENIED, SECRET_BROKEN
 */
export async function resolveSource(source: ParsedSource, around: ResolveSurroundings): Promise<SecretValues> {
  const { type, id, role } = source;
  const provider = await around.find(type);
  const options = validOptions(provider, source);
  const { task, environment, timeoutMs = TIMEOUT, delaysMs = DELAYS } = around;
  for (const delay of [...delaysMs, null]) {
    const controller = new AbortController();
    const request = { id, options, role, task, environment, signal: controller.signal };
    try {
      return checkValues(source, await withinTime(() => provider.resolve(request), controller, source, timeoutMs));
    } catch (error) {
      if (delay === null || !isTransient(error)) throw asFailure(source, error);
      await sleep(delay);
    }
  }
  throw new Error("The last try neither gave an answer nor failed.");
}

function validOptions(provider: SecretsProvider, { type, id, options }: ParsedSource): unknown {
  const checked = checkSchema(provider.options, options);
  if ("problems" in checked) throw errors.SECRET_OPTIONS_INVALID({ type, id, problems: checked.problems });
  return checked.value;
}

async function withinTime<T>(
  ask: () => Promise<T>,
  controller: AbortController,
  { type, id }: ParsedSource,
  timeoutMs: number,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      const reason = `there was no answer within ${timeoutMs / 1000} s`;
      fail(secretFailure(type, { id }, "broken", { reason, transient: true }));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function checkValues({ type, id }: ParsedSource, values: unknown): SecretValues {
  const isRecord = typeof values === "object" && values !== null && !Array.isArray(values);
  if (isRecord && Object.values(values).every((value) => typeof value === "string")) return values as SecretValues;
  throw secretFailure(type, { id }, "broken", { reason: "the provider gave something else than text by names" });
}

function asFailure({ type, id }: ParsedSource, error: unknown): unknown {
  if (isSecretFailure(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return secretFailure(type, { id }, "broken", { reason, cause: error });
}
