/** What authors of plugins and of `metaflow.config.ts` use. */
export type {
  Datastore,
  DatastoreCapabilities,
  GetOptions,
  ListOptions,
  ListPage,
  ObjectInfo,
  PutOptions,
  PutResult,
  StoredObject,
} from "../contracts/datastore.js";
export type { DatastoreProvider } from "../contracts/datastore-provider.js";
export type { ArtifactSerializer } from "../contracts/serializer.js";
export { defineErrors, type ErrorTable, type ErrorTemplate } from "../errors/define-errors.js";
export {
  type ErrorLocation,
  isMetaflowError,
  MetaflowError,
  type MetaflowErrorOptions,
  type SourcePosition,
} from "../errors/metaflow-error.js";
export { defineConfig, type ProjectConfig } from "../registry/define-config.js";
export { definePlugin, type PluginContributions, type PluginDefinition } from "../registry/define-plugin.js";
