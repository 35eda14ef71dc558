import type { SourcePosition } from "../errors/metaflow-error.js";

/** Maps places in a bundle's code to the user's files. */
export interface BundlePositions {
  /** Line and column of the bundle, both from 1; null where the place is not the user's. */
  original(line: number, column: number): SourcePosition | null;
  /** The content of a source file, by the absolute path that `original` gives. */
  sourceText(file: string): string | null;
}
