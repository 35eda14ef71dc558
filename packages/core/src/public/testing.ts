/**
 * Conformance suites: what every implementation of a contract has to pass. For tests of plugins, with Vitest.
 */
export {
  type CommandExample,
  type CommandRule,
  type CommandSuiteOptions,
  commandRules,
  commandSuite,
} from "../testing/command-suite.js";
export {
  type DatastoreFactory,
  type DatastoreRule,
  type DatastoreSuiteOptions,
  datastoreRules,
  datastoreSuite,
  type TestedDatastore,
} from "../testing/datastore-suite.js";
export {
  type SerializerRule,
  type SerializerSuiteOptions,
  serializerRules,
  serializerSuite,
} from "../testing/serializer-suite.js";
