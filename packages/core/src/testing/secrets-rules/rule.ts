import type { SecretsProvider, SecretsRequest, SecretValues } from "../../contracts/secrets-provider.js";
import { checkSchema } from "../../util/check-schema.js";

/** A provider that is tested, in surroundings in which it has what the suite asks for. */
export interface TestedSecrets {
  readonly provider: SecretsProvider;
  /** What the provider may read of the environment. Default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** A secret that is there, and its values. */
  readonly present: WantedSecret & { readonly values: SecretValues };
  /** A secret that is not there. */
  readonly absent: WantedSecret;
  /** A secret that may not be read. Without it the rule about denied secrets is left out. */
  readonly denied?: WantedSecret | undefined;
  /** A secret of a place that cannot answer. Without it the rule about broken places is left out. */
  readonly broken?: WantedSecret | undefined;
  /** Options that the provider must refuse. */
  readonly invalidOptions: unknown;
  close?(): void | Promise<void>;
}

export interface WantedSecret {
  readonly id?: string | undefined;
  readonly options?: unknown;
}

/** How a suite gets the providers that it tests. */
export interface SecretsFactory {
  /** Called once for each rule. */
  open(): TestedSecrets | Promise<TestedSecrets>;
}

/** One promise of the contract of secrets providers. */
export interface SecretsRule {
  readonly name: string;
  /** Rejects where the provider breaks the promise. */
  check(): Promise<void>;
}

/** A rule before it is given the provider. */
export interface RuleBody {
  readonly name: string;
  readonly check: (tested: TestedSecrets) => Promise<void>;
}

/** Asks the provider as core does, with options checked and completed. */
export async function ask(
  { provider, environment = {} }: TestedSecrets,
  { id = "", options = {} }: WantedSecret,
  signal: AbortSignal = new AbortController().signal,
): Promise<SecretValues> {
  const checked = checkSchema(provider.options, options);
  if ("problems" in checked) throw new Error(`The provider refuses the options: ${checked.problems.join("; ")}`);
  const request: SecretsRequest = {
    id,
    options: checked.value,
    role: undefined,
    task: undefined,
    environment,
    signal,
  };
  return await provider.resolve(request);
}
