import type { ContributionKind } from "./contribution-kind.js";

/** A package that says in its package.json that it is a plugin. Plain data: nothing of it was imported. */
export interface InstalledPlugin {
  /** The npm package's name. */
  readonly package: string;
  readonly version: string;
  /** The package's folder, symbolic links followed. */
  readonly folder: string;
  /** URL of the module that exports what `definePlugin` returned. */
  readonly entry: string;
  readonly provides: Provisions;
  /** Packages that it needs beside it, as they were found; undefined where it needs none. */
  readonly peers?: readonly InstalledPeer[] | undefined;
  /** Fields of its declaration that this copy of core knows nothing of; undefined where there are none. */
  readonly unknownFields?: readonly string[] | undefined;
  /** Why nothing of it can be used; null where nothing is known to be wrong. */
  readonly problem: PluginProblem | null;
}

/** What a plugin adds, by kind; a kind of which it has nothing is left out. */
export type Provisions = { readonly [K in ContributionKind]?: readonly Provision<K>[] };

/** One thing that a plugin adds: its name, and what has to be known of its kind before it is imported. */
export type Provision<K extends ContributionKind> = { readonly name: string } & (K extends keyof ProvisionDetails
  ? ProvisionDetails[K]
  : unknown);

interface ProvisionDetails {
  readonly datastores: {
    /** Roots that begin with `scheme://` belong to it; null for one that is only chosen by name. */
    readonly scheme: string | null;
  };
  readonly commands: {
    /** What it does: a line of `metaflow --help`. */
    readonly summary: string;
  };
}

export interface InstalledPeer {
  readonly name: string;
  /** The versions that are wanted: `^1.2.0`. */
  readonly range: string;
  readonly folder: string;
}

export type PluginProblem =
  /** What its package.json says makes no sense. */
  | { readonly kind: "declaration"; readonly reason: string }
  /** It was written for another version of the contract. */
  | { readonly kind: "contract"; readonly contract: number }
  /** Packages that it needs beside it are not installed. */
  | { readonly kind: "peers"; readonly missing: readonly string[] };
