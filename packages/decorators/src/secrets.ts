import { getSecret, type SecretSource } from "@metaflow-ts/core";
import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { options, value } from "./option-schemas.js";
import { secretErrors } from "./secret-errors.js";

/** Options of `@secrets`. */
export interface SecretsOptions {
  /** Where the secrets come from: `"type.id"`, `"id"` with the default type, or objects. */
  readonly sources: readonly (string | SecretSource)[];
  /** The role by which they are read, where a source names none. */
  readonly role?: string | undefined;
  /** A secret may take the place of a variable that exists. Default false. */
  readonly allowOverride?: boolean | undefined;
}

/** The same, completed. */
export interface SecretsAttributes {
  readonly sources: readonly (string | SecretSource)[];
  readonly role?: string | undefined;
  readonly allowOverride: boolean;
}

const text = value<string>("text", (input) => typeof input === "string");

const sourceObject = options({
  type: v.optional(text),
  id: v.optional(text),
  options: v.optional(
    value<Readonly<Record<string, unknown>>>(
      "an object",
      (input) => typeof input === "object" && input !== null && !Array.isArray(input),
    ),
  ),
  role: v.optional(text),
});

const schema = options({
  sources: v.pipe(
    value<readonly (string | SecretSource)[]>("a list of sources", (input) => Array.isArray(input) && input.length > 0),
    v.array(v.union([text, sourceObject], "must be text, or { type, id, options, role }")),
  ),
  role: v.optional(text),
  allowOverride: v.optional(
    value<boolean>("true or false", (input) => typeof input === "boolean"),
    false,
  ),
}) satisfies v.GenericSchema<SecretsOptions, SecretsAttributes>;

/**
 * Sets secrets as environment variables just before the step's code runs: in the task's process alone, and for no other
 * step. They are masked in everything that is written.
 *
 * ```ts
 * @secrets({ sources: ["env-file..env", { type: "inline", options: { envVars: { TOKEN: process.env.CI_TOKEN } } }] })
 * @step fetch() { … }
 * ```
 */
export const secrets: StepDecoratorFactory<SecretsOptions, SecretsAttributes> = defineStepDecorator({
  name: "secrets",
  contract: 1,
  options: schema,
  redact: (given) => ({ ...given, sources: given.sources.map(redacted) }),
  async prepare({ sources, role, allowOverride }, { environment }) {
    const found = await Promise.all(
      sources.map(async (source) => ({ source, values: await getSecret(source, { role }) })),
    );
    const origins = new Map<string, string>();
    const variables: Record<string, string> = {};
    for (const { source, values } of found) {
      const secret = shown(source);
      for (const [variable, text] of Object.entries(values)) {
        checkVariable(secret, variable, text);
        const first = origins.get(variable);
        if (first !== undefined) throw secretErrors.VARIABLE_TWICE({ variable, first, second: secret });
        const exists = environment[variable] !== undefined;
        if (exists && !allowOverride) throw secretErrors.VARIABLE_EXISTS({ secret, variable });
        origins.set(variable, secret);
        variables[variable] = text;
      }
    }
    return { environment: variables };
  },
});

function checkVariable(secret: string, variable: string, text: string): void {
  const refuse = (problem: string): Error => secretErrors.VARIABLE_NAME({ secret, variable, problem });
  if (!/^[A-Za-z_]\w*$/.test(variable))
    throw refuse("the name may have letters, digits and _ only, and no digit first");
  if (variable.startsWith("METAFLOW_")) throw refuse("names that begin with METAFLOW_ are Metaflow's own");
  if (text.includes("\0")) throw refuse("its value has a NUL character");
}

function shown(source: string | SecretSource): string {
  return typeof source === "string" ? source : [source.type, source.id].filter((each) => each !== undefined).join(".");
}

/** What the code of the flow gives itself is not stored; the names are. */
function redacted(source: string | SecretSource): string | SecretSource {
  if (typeof source === "string" || source.type !== "inline") return source;
  const { envVars } = source.options ?? {};
  if (typeof envVars !== "object" || envVars === null) return source;
  const hidden = Object.fromEntries(Object.keys(envVars).map((name) => [name, "***"]));
  return { ...source, options: { ...source.options, envVars: hidden } };
}
