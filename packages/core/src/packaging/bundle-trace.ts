/** One import of a file of the user's own, and where it led. */
export interface Resolution {
  readonly specifier: string;
  /** The folder from which the import was resolved. */
  readonly folder: string;
  /** The file that was found; null where none was. */
  readonly path: string | null;
  /** The file belongs to a package and stays outside the bundle. */
  readonly outside: boolean;
}

/** What a bundle was made of; the bundler fills it in. */
export interface BundleTrace {
  readonly resolutions: Resolution[];
  /** Absolute paths of the user's own files that are in the bundle. */
  readonly inputs: string[];
  /** Folders were searched by a pattern: more than the named files decides about the bundle. */
  hasPatterns: boolean;
}

export const emptyTrace = (): BundleTrace => ({ resolutions: [], inputs: [], hasPatterns: false });
