/** What authors of flows use. */
export type { Current } from "../contracts/current.js";
export type { ForeachStackEntry } from "../contracts/flow-definition.js";
export type { ParallelInfo } from "../contracts/gang.js";
export type { SecretSource, SecretValues } from "../contracts/secrets-provider.js";
export type { MaybeNext, NextArguments, RunningTask, StepReplacement } from "../contracts/step-decorator.js";
export type { StepDecoratorFactory } from "../decorators/define-step-decorator.js";
export { type StepWrapper, type StepWrapperSettings, stepDecorator } from "../decorators/step-decorator.js";
export { isMetaflowError, MetaflowError } from "../errors/metaflow-error.js";
export { FlowSpec } from "../flow/flow-spec.js";
export type { Inputs, JoinInputs } from "../flow/inputs.js";
export type { StepResult } from "../flow/next-types.js";
export { step } from "../flow/step.js";
export { parameter } from "../params/parameter.js";
export { type GetSecretOptions, getSecret } from "../secrets/get-secret.js";
export { current } from "../task/current.js";
