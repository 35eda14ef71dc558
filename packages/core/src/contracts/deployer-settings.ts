/** Options of deployers in `metaflow.config.ts`, by name. A plugin adds its own by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: plugins fill it
export interface DeployerSettings {}
