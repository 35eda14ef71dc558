/**
 * Settings in `metaflow.config.ts` that plugins read. A plugin adds its own by declaration merging, under one key that
 * is its name, and each of them may be left out:
 *
 * ```ts
 * declare module "@metaflow-ts/core/plugin" {
 *   interface PluginSettings {
 *     readonly acme?: { readonly url?: string };
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: plugins fill it
export interface PluginSettings {}
