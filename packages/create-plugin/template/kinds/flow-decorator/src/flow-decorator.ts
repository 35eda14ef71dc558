import { defineFlowDecorator, type FlowDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";

declare module "@metaflow-ts/core" {
  interface Current {
    /** Who answers for the run; absent without the decorator. */
    readonly owner: string;
  }
}

/** Options of `@acmeNameFlow`. */
export interface AcmeNameFlowOptions {
  /** Who answers for the flow, where `--owner` says nothing else. */
  readonly owner: string;
}

const schema = v.strictObject({
  owner: v.pipe(v.string(), v.nonEmpty("must not be empty")),
}) satisfies v.GenericSchema<AcmeNameFlowOptions>;

/** Says who answers for a run: as a tag, for those who look for runs, and as `current.owner`, for its steps. */
export const acmeNameFlow: FlowDecoratorFactory<AcmeNameFlowOptions, AcmeNameFlowOptions> = defineFlowDecorator({
  name: "acmeNameFlow",
  contract: 1,
  options: schema,
  cliOptions: { owner: { kind: "text", placeholder: "who", help: "who answers for the run" } },
  start({ owner }, { given }) {
    const chosen = typeof given.owner === "string" ? given.owner : owner;
    return { systemTags: [`owner:${chosen}`], current: { owner: chosen } };
  },
});
