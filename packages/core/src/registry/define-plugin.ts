import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import type { StepDecorator } from "../contracts/step-decorator.js";

/** What a plugin adds. Every list may be left out. */
export interface PluginContributions {
  /** Types of values that artifacts may hold. */
  readonly serializers?: readonly ArtifactSerializer[] | undefined;
  /** Step decorators that `--with` may name: the `definition` of what `defineStepDecorator` made. */
  readonly decorators?: readonly StepDecorator[] | undefined;
  /** Places to keep runs in. */
  readonly datastores?: readonly DatastoreProvider[] | undefined;
}

/** A package's offer to Metaflow. */
export interface PluginDefinition extends PluginContributions {
  /** The npm package's name; messages name it. */
  readonly name: string;
}

/** Declares a plugin. Returns what it is given; the types do the checking. */
export function definePlugin<const P extends PluginDefinition>(plugin: P): P {
  return plugin;
}
