import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";

/** Options of `@acmeName`. */
export interface AcmeNameOptions {
  /** Stands before the time. Default: the step's name. */
  readonly label?: string | undefined;
}

const schema = v.strictObject({
  label: v.optional(v.pipe(v.string(), v.nonEmpty("must not be empty"))),
}) satisfies v.GenericSchema<AcmeNameOptions>;

/** Prints how long a step took, also when it failed. */
export const acmeName: StepDecoratorFactory<AcmeNameOptions, AcmeNameOptions> = defineStepDecorator({
  name: "acme-name",
  contract: 1,
  options: schema,
  async wrap({ label }, { step }, proceed) {
    const startedAt = performance.now();
    try {
      await proceed();
    } finally {
      console.log(`${label ?? step} took ${Math.round(performance.now() - startedAt)} ms`);
    }
  },
});
