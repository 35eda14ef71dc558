/** A file of a code package. */
export interface PackageFile {
  /** Where it lies in the package: `/`-separated, relative, without `.` and `..`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Who added it, as messages name it: `step decorator 'lookup'`. */
  readonly from: string;
  readonly executable?: boolean | undefined;
}

/** A code package in the datastore: what a place needs to run tasks of a flow, and which of its steps it is for. */
export interface CodePackageRef {
  /** Blob of the archive, a tar file. */
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly size: number;
  /** The steps that run from it; null: all. */
  readonly steps: readonly string[] | null;
  /** The environment that made it. */
  readonly environment: string;
  readonly runtime: RuntimeRef;
}

/** The part of Metaflow that runs tasks: one archive for each version of core, which all packages share. */
export interface RuntimeRef {
  readonly sha256: string;
  readonly size: number;
  /** Of core. */
  readonly version: string;
}

/** `MANIFEST.json`, the first file of a package: what is in it, and what a place has to have. */
export interface CodeManifest {
  readonly format: 1;
  readonly flow: string;
  /** The steps that run from it; null: all. */
  readonly steps: readonly string[] | null;
  /** Of the flow's bundle, `flow.mjs`. */
  readonly code: string;
  /** Where the flow's file would lie in the package. Its folder is the working folder of tasks. */
  readonly entry: string;
  /** The Node that it needs, as in a package.json. */
  readonly node: string;
  readonly environment: string;
  readonly runtime: RuntimeRef;
  /** Files of the package, by the names that the bundle has for the modules that it imports. */
  readonly modules: Readonly<Record<string, string>>;
  /** Files of the package that export plugins, by the name of the plugin's package. */
  readonly plugins: Readonly<Record<string, string>>;
  /** The file that offers the datastore; null where core does. */
  readonly provider: string | null;
  /** npm packages that cannot come along, and their exact versions: the place has them, or installs them. */
  readonly installs: Readonly<Record<string, string>>;
  /** sha-256 of every other file, in hex. */
  readonly files: Readonly<Record<string, string>>;
}
