import type { SecretsProvider, SecretValues } from "../contracts/secrets-provider.js";
import { isObject, optionSchema, unknownOption } from "./option-schema.js";
import { secretFailure } from "./secret-failure.js";

/** Options of sources of type `inline`. */
interface InlineOptions {
  /** Values by the names of variables; one that is undefined is absent. */
  readonly envVars: Readonly<Record<string, string | undefined>>;
}

/**
 * Values that the flow's code gives itself, having them from its environment: `{ envVars: { TOKEN: process.env.TOKEN } }`.
 */
export const inlineProvider: SecretsProvider<InlineOptions> = {
  name: "inline",
  contract: 1,
  options: optionSchema<InlineOptions>((given) => {
    const { envVars } = given;
    const problem = unknownOption(given, ["envVars"]);
    if (problem !== undefined) return problem;
    if (!isObject(envVars)) return "envVars: must be an object of variables";
    const wrong = Object.entries(envVars).find(([, value]) => value !== undefined && typeof value !== "string");
    if (wrong !== undefined) return `envVars.${wrong[0]}: must be text`;
    return { envVars: envVars as InlineOptions["envVars"] };
  }),
  async resolve(request): Promise<SecretValues> {
    request.signal.throwIfAborted();
    const entries = Object.entries(request.options.envVars).map(([name, value]) => {
      if (value !== undefined) return [name, value] as const;
      throw secretFailure("inline", request, "absent", {
        reason: `the value of '${name}' is undefined where the task runs`,
      });
    });
    return Object.fromEntries(entries);
  },
};
