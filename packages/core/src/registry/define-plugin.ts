import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { Contributions } from "../contracts/contributions.js";

/** What a plugin adds. Every list may be left out. */
export type PluginContributions = { readonly [K in ContributionKind]?: readonly Contributions[K][] | undefined };

/** A package's offer to Metaflow. */
export interface PluginDefinition extends PluginContributions {
  /** The npm package's name; messages name it. */
  readonly name: string;
}

/** What a plugin does not have. */
type Unknown<P> = { readonly [K in Exclude<keyof P, keyof PluginDefinition>]: never };

/** Declares a plugin. Returns what it is given; the types do the checking. */
export function definePlugin<const P extends PluginDefinition>(plugin: P & Unknown<P>): P {
  return plugin;
}
