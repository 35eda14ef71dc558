import type { CodePackageRef, PackageFile } from "./code-package.js";
import type { DatastoreLocation } from "./datastore.js";
import type { FlowGraph, StepNode } from "./graph.js";
import type { InstalledPlugin } from "./installed-plugin.js";
import type { OutsideModule } from "./records.js";

/**
 * How what a step depends on reaches the place where it runs. It adds to the code package what the flow's own bundle
 * does not hold, and says by which command a place that has nothing gets ready. Plain data and functions without state.
 */
export interface Environment {
  /** What `--environment` takes. */
  readonly name: string;
  readonly contract: 1;
  /** Why the step cannot have it, or null. Asked for every step before anything is stored or runs. */
  check?(step: StepNode, project: EnvironmentProject): string | null | Promise<string | null>;
  /** Steps of one answer share a package. Without it all steps do. */
  packageOf?(step: StepNode): string;
  /**
   * What a package holds beside the flow's bundle. The same project gives the same bytes, in whichever folder it lies,
   * so that nothing is stored twice and a resume or a deployment finds what an earlier run stored.
   */
  collect(project: EnvironmentProject, steps: readonly StepNode[]): Promise<EnvironmentContent>;
  /**
   * How a place gets ready that has nothing but Node, and then executes one command of Metaflow. Asked when a task or a
   * region is launched; knows nothing of the project any more.
   */
  bootstrap(request: BootstrapRequest): Bootstrap | Promise<Bootstrap>;
}

/** The flow that is packaged, and what is known of its dependencies. */
export interface EnvironmentProject {
  /** The project's folder. */
  readonly folder: string;
  readonly graph: FlowGraph;
  /** The modules that the flow's bundle imports, by the names that it has for them. */
  readonly modules: Readonly<Record<string, OutsideModule>>;
  /** Installed plugins that tasks use beside what the bundle imports. */
  readonly plugins: readonly InstalledPlugin[];
  /** Where the run will be stored: tasks open it too. */
  readonly datastore: DatastoreLocation;
  readonly settings: CodePackageSettings;
}

/** `codePackage` of `metaflow.config.ts`. */
export interface CodePackageSettings {
  /** Files of the project that come along, as in a .gitignore: `data/*.csv`. */
  readonly include?: readonly string[] | undefined;
  /** npm packages that come along as they are installed, also where nothing is known to import them. */
  readonly packages?: readonly string[] | undefined;
  /** npm packages that do not come along: the place has them. */
  readonly installed?: readonly string[] | undefined;
}

/** What an environment adds to a package. */
export interface EnvironmentContent {
  readonly files: readonly PackageFile[];
  /** The file for each of the project's modules. */
  readonly modules: Readonly<Record<string, string>>;
  /** The file for each of the project's plugins, by package. */
  readonly plugins: Readonly<Record<string, string>>;
  /** The file that offers the datastore; null where core does. */
  readonly provider: string | null;
  /** npm packages that the place must have, and their exact versions. */
  readonly installs: Readonly<Record<string, string>>;
}

export interface BootstrapRequest {
  readonly code: CodePackageRef;
  readonly datastore: DatastoreLocation;
  /** The step that will run; null for a region of several. A step that is no JavaScript gets a command of its own. */
  readonly step: StepNode | null;
  /** The words after `metaflow`: `["step", "TrainFlow/1790000000000000/start/0"]`. */
  readonly words: readonly string[];
  /** A program in one file that opens the datastore, unpacks a package and runs Metaflow from it. */
  readonly program: PackageFile;
}

/** What whoever launches a task does: puts the files into the working folder, and starts the command there. */
export interface Bootstrap {
  readonly files: readonly PackageFile[];
  readonly command: readonly string[];
  /** Environment variables. No credentials: the place has those, or gets them by its own means. */
  readonly variables: Readonly<Record<string, string>>;
}
