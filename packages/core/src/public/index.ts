/** What authors of flows use. */
export type { Current } from "../contracts/current.js";
export type { ForeachStackEntry } from "../contracts/flow-definition.js";
export { isMetaflowError, MetaflowError } from "../errors/metaflow-error.js";
export { FlowSpec } from "../flow/flow-spec.js";
export type { Inputs, JoinInputs } from "../flow/inputs.js";
export { step } from "../flow/step.js";
export { parameter } from "../params/parameter.js";
export { current } from "../task/current.js";
