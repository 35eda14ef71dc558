import type { OutsideModule } from "../contracts/records.js";

/** A flow's code as one program, ready to be evaluated any number of times. */
export interface FlowBundle {
  /** Absolute path of the flow's file where it was bundled. */
  readonly entry: string;
  /** Its folder; sources in the map are relative to it. */
  readonly root: string;
  /** The source of a function; see `module-to-function.ts`. */
  readonly code: string;
  /** Source map, version 3, with the sources' content. */
  readonly map: string;
  /** Of the code, in hex. */
  readonly sha256: string;
  /** Where the modules are that the code imports and does not hold, by the names that it has for them. */
  readonly modules: Readonly<Record<string, OutsideModule>>;
}

/** What evaluating a bundle gives. */
export interface BundleNamespace {
  readonly flow: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The bundle's part where the project has no config file. */
export const BARE_CONFIG = "export const config = {};";

/** The file's name by which a bundle's code goes in stack traces. */
export const bundleFileName = (sha256: string): string => `metaflow-bundle-${sha256}.mjs`;
