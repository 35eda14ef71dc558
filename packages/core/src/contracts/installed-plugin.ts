/** A package that says in its package.json that it is a plugin. Plain data: nothing of it was imported. */
export interface InstalledPlugin {
  /** The npm package's name. */
  readonly package: string;
  readonly version: string;
  /** The package's folder, symbolic links followed. */
  readonly folder: string;
  /** URL of the module that exports what `definePlugin` returned. */
  readonly entry: string;
  readonly provides: ProvidedNames;
  /** Why nothing of it can be used; null where nothing is known to be wrong. */
  readonly problem: PluginProblem | null;
}

/** What a plugin adds, by kind. */
export interface ProvidedNames {
  readonly decorators: readonly string[];
  readonly datastores: readonly ProvidedDatastore[];
  readonly serializers: readonly string[];
}

export interface ProvidedDatastore {
  readonly name: string;
  /** Roots that begin with `scheme://` belong to it; null for one that is only chosen by name. */
  readonly scheme: string | null;
}

export type PluginProblem =
  /** What its package.json says makes no sense. */
  | { readonly kind: "declaration"; readonly reason: string }
  /** It was written for another version of the contract. */
  | { readonly kind: "contract"; readonly contract: number }
  /** Packages that it needs beside it are not installed. */
  | { readonly kind: "peers"; readonly missing: readonly string[] };
