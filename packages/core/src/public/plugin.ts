/** What authors of plugins and of `metaflow.config.ts` use. */

export { defineCommand, defineCommandGroup } from "../cli/plugin-commands/define-command.js";
export { defineCard } from "../client/cards/define-card.js";
export { escapeHtml, page } from "../client/cards/html.js";
export type {
  Backend,
  BackendAttempt,
  BackendCapabilities,
  BackendEnd,
  BackendListener,
  BackendPlace,
  BackendRun,
  LaunchedCommand,
  OpenBackend,
} from "../contracts/backend.js";
export type { BackendChoice } from "../contracts/backend-choice.js";
export type { BackendSettings } from "../contracts/backend-settings.js";
export type { Card, CardRequest } from "../contracts/card.js";
export type {
  CliCommand,
  CommandArgument,
  CommandArguments,
  CommandContext,
  CommandEnd,
  CommandGroup,
  CommandOption,
  CommandOptions,
  CommandOutput,
  CommandRunResult,
  SingleCommand,
} from "../contracts/cli-command.js";
export type { CodePackageRef, PackageFile, RuntimeRef } from "../contracts/code-package.js";
export type { ContributionKind } from "../contracts/contribution-kind.js";
export type { Contributions } from "../contracts/contributions.js";
export type { Current } from "../contracts/current.js";
export type {
  CallOptions,
  Datastore,
  DatastoreCapabilities,
  DatastoreLocation,
  GetOptions,
  HeadOptions,
  ListOptions,
  ListPage,
  ObjectAttributes,
  ObjectInfo,
  ObjectStream,
  PutOptions,
  PutResult,
  StoredObject,
} from "../contracts/datastore.js";
export type { DatastoreProvider, DatastoreSettings } from "../contracts/datastore-provider.js";
export type { DecoratorCliOption, GivenOptions } from "../contracts/decorator-options.js";
export type {
  CompiledFile,
  CompiledFlow,
  DeployCommands,
  Deployer,
  DeployerCapabilities,
  DeployRegion,
  DeployRequest,
} from "../contracts/deployer.js";
export type { DeployerSettings } from "../contracts/deployer-settings.js";
export type {
  Bootstrap,
  BootstrapRequest,
  CodePackageSettings,
  Environment,
  EnvironmentContent,
  EnvironmentProject,
} from "../contracts/environment.js";
export type {
  EndedRun,
  ExitHook,
  FlowDecorator,
  FlowSite,
  FlowStart,
  FlowStarted,
  FlowTask,
} from "../contracts/flow-decorator.js";
export type { ParallelInfo } from "../contracts/gang.js";
export type { AttachedDecorator, FlowGraph, StepNode } from "../contracts/graph.js";
export type { InstalledPlugin } from "../contracts/installed-plugin.js";
export type { MetadataProvider, MetadataSurroundings } from "../contracts/metadata-provider.js";
export type { Addable, FlowMutator, StepMutator } from "../contracts/mutators.js";
export type {
  BodyChecksum,
  MarkedInfo,
  ObjectBody,
  ObjectCallOptions,
  ObjectClient,
  ObjectFailure,
  ObjectFailureKind,
  ObjectGetOptions,
  ObjectLimits,
  ObjectPart,
  ObjectPutOptions,
  ObjectUpload,
} from "../contracts/object-client.js";
export type { Observer, ObserverSurroundings, OpenObserver } from "../contracts/observer.js";
export type { ObserverSettings } from "../contracts/observer-settings.js";
export type { ParameterDeclaration, ParameterKind } from "../contracts/parameter.js";
export type { PluginSettings } from "../contracts/plugin-settings.js";
export type { RecordStore } from "../contracts/record-store.js";
export type { OutsideModule, RecordedError, RunStatus, Timestamp } from "../contracts/records.js";
export type { ResourceRequest } from "../contracts/resources.js";
export type { RunEvent } from "../contracts/run-events.js";
export type { ScheduleRequest } from "../contracts/schedule.js";
export type {
  SecretOutcome,
  SecretSource,
  SecretsContract,
  SecretsProvider,
  SecretsRequest,
  SecretValues,
} from "../contracts/secrets-provider.js";
export type { ArtifactSerializer } from "../contracts/serializer.js";
export type {
  AnyArtifacts,
  AnyStepDecorator,
  DecoratorContract,
  DecoratorSite,
  HookResult,
  MaybeNext,
  NextArguments,
  PackagedFile,
  PreparedEnvironment,
  Proceed,
  RunningTask,
  StartingTask,
  StepDecorator,
  StepReplacement,
  TaskFacts,
} from "../contracts/step-decorator.js";
export type { RetryPolicy, StepPolicy } from "../contracts/step-policy.js";
export type { EventTrigger, FlowTrigger, TriggerRecord } from "../contracts/trigger.js";
export { type BucketRoot, parseBucketRoot } from "../datastore/bucket-root.js";
export {
  createObjectDatastore,
  type ObjectDatastoreOptions,
} from "../datastore/object-datastore.js";
export { createDatastoreRecords } from "../datastore/record-store.js";
export type { RetryBudget } from "../datastore/retry-delay.js";
export type { TransferOptions } from "../datastore/transfer-options.js";
export { defineFlowDecorator, type FlowDecoratorFactory } from "../decorators/define-flow-decorator.js";
export {
  defineFlowMutator,
  defineStepMutator,
  type FlowMutatorFactory,
  type StepMutatorFactory,
} from "../decorators/define-mutator.js";
export { defineStepDecorator, type StepDecoratorFactory } from "../decorators/define-step-decorator.js";
export { defineErrors, type ErrorTable, type ErrorTemplate } from "../errors/define-errors.js";
export {
  type ErrorLocation,
  isMetaflowError,
  MetaflowError,
  type MetaflowErrorOptions,
  type SourcePosition,
} from "../errors/metaflow-error.js";
export { loadEnvironment } from "../packaging/load-environment.js";
export { defineBackend } from "../registry/define-backend.js";
export { defineConfig, type ProjectConfig } from "../registry/define-config.js";
export { defineDeployer } from "../registry/define-deployer.js";
export { defineObserver } from "../registry/define-observer.js";
export { definePlugin, type PluginContributions, type PluginDefinition } from "../registry/define-plugin.js";
export { type SecretFailureOptions, secretFailure } from "../secrets/secret-failure.js";
