import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { options, value } from "./option-schemas.js";

/** Options of `@environment`. */
export interface EnvironmentOptions {
  /** Environment variables by name; numbers and booleans are made text. */
  readonly vars: Readonly<Record<string, string | number | boolean>>;
}

/** The same, with every value as text. */
export interface EnvironmentAttributes {
  readonly vars: Readonly<Record<string, string>>;
}

const variableName = value<string>("a name of letters, digits and _", (input) => /^[A-Za-z_]\w*$/.test(String(input)));

const variable = v.pipe(
  value<string | number | boolean>("a string without NUL, a finite number or a boolean", (input) =>
    typeof input === "string" ? !input.includes("\0") : typeof input === "boolean" || Number.isFinite(input),
  ),
  v.transform(String),
);

const schema = options({
  vars: v.pipe(
    value<EnvironmentOptions["vars"]>(
      "an object of variables",
      (input) => typeof input === "object" && input !== null && !Array.isArray(input),
    ),
    v.record(variableName, variable),
  ),
}) satisfies v.GenericSchema<EnvironmentOptions, EnvironmentAttributes>;

/**
 * Sets environment variables for a step, before any of the flow's code is evaluated for it. Other steps do not have
 * them.
 *
 * ```ts
 * @environment({ vars: { OMP_NUM_THREADS: 4 } })
 * @step train() { … }
 * ```
 *
 * They are stored with the graph for everybody to read: not the place for secrets.
 */
export const environment: StepDecoratorFactory<EnvironmentOptions, EnvironmentAttributes> = defineStepDecorator({
  name: "environment",
  contract: 1,
  options: schema,
  policy: ({ vars }) => ({ environment: vars }),
});
