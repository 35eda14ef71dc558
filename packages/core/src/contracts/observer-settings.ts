/** Options of observers in `metaflow.config.ts`, by name. A plugin adds its own by declaration merging. */
export interface ObserverSettings {
  readonly "json-lines"?: { readonly file?: string };
}
