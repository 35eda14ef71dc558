/**
 * Conformance suites: what every implementation of a contract has to pass. For tests of plugins, with Vitest.
 */

export type { FlowDefinition } from "../contracts/flow-definition.js";
export { createMemoryDatastore } from "../datastore/memory-datastore.js";
export {
  type BackendFactory,
  type BackendRule,
  type BackendSuiteOptions,
  backendRules,
  backendSuite,
  type TestedBackend,
} from "../testing/backend-suite.js";
export { type CardRule, type CardSuiteOptions, cardRules, cardSuite } from "../testing/card-suite.js";
export { type CommandPlace, localPlace } from "../testing/command-place.js";
export {
  type CommandExample,
  type CommandRule,
  type CommandSuiteOptions,
  commandRules,
  commandSuite,
} from "../testing/command-suite.js";
export { type CopySuiteOptions, copySuite } from "../testing/copy-suite.js";
export { type DataRule, dataRules, dataSuite } from "../testing/data-suite.js";
export {
  type DatastoreFactory,
  type DatastoreRule,
  type DatastoreSuiteOptions,
  datastoreRules,
  datastoreSuite,
  type TestedDatastore,
} from "../testing/datastore-suite.js";
export {
  type DeployerRule,
  type DeployerSuiteOptions,
  deployerRules,
  deployerSuite,
} from "../testing/deployer-suite.js";
export { type DetachedSuiteOptions, detachedSuite } from "../testing/detached-suite.js";
export {
  type EnvironmentFactory,
  type EnvironmentRule,
  environmentRules,
  environmentSuite,
  type SampleProject,
} from "../testing/environment-suite.js";

export { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "../testing/fault-proxy.js";
export { type FaultSuiteOptions, faultSuite, type StoreAnswers } from "../testing/fault-suite.js";
export {
  type FlowDecoratorFactory,
  type FlowDecoratorRule,
  flowDecoratorRules,
  flowDecoratorSuite,
  type TestedFlowDecorator,
} from "../testing/flow-decorator-suite.js";
export { type CommandResult, createFlowProject, type FlowProject } from "../testing/flow-project.js";
export { type FlowSuiteOptions, flowSuite } from "../testing/flow-suite.js";
export { type FollowSuiteOptions, followSuite } from "../testing/follow-suite.js";
export {
  type MetadataFactory,
  type MetadataRule,
  metadataRules,
  metadataSuite,
  type TestedRecords,
} from "../testing/metadata-suite.js";
export {
  type ObserverFactory,
  type ObserverRule,
  observerRules,
  observerSuite,
  type TestedObserver,
} from "../testing/observer-suite.js";
export { createElsewhere, type Elsewhere, type ElsewhereOptions, type PlacesRequest } from "../testing/places.js";
export { type DecoratedRun, type DecoratedStep, runDecorated } from "../testing/run-decorated.js";
export {
  type SecretsFactory,
  type SecretsRule,
  secretsProviderRules,
  secretsProviderSuite,
  type TestedSecrets,
  type WantedSecret,
} from "../testing/secrets-provider-suite.js";
export {
  type SerializerRule,
  type SerializerSuiteOptions,
  serializerRules,
  serializerSuite,
} from "../testing/serializer-suite.js";
export { serverSuite } from "../testing/server-suite.js";
export {
  type StepDecoratorRule,
  stepDecoratorRules,
  stepDecoratorSuite,
  type TestedStepDecorator,
  type TestedStepDecoratorFactory,
} from "../testing/step-decorator-suite.js";
