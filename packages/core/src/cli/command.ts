import type { Environment } from "../config/env.js";
import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { Registry } from "../registry/create-registry.js";
import type { ProjectConfig } from "../registry/define-config.js";
import type { LoadedFlow } from "../runtime/run-options.js";
import type { WorkerPool } from "../runtime/worker-pool.js";
import type { ChosenDatastore } from "./datastore-location.js";
import type { ExitCode } from "./exit-code.js";
import type { FlowReference } from "./flow-reference.js";
import type { OptionSpecs, OptionValues } from "./option-spec.js";
import type { Output } from "./output.js";

/** A positional argument. */
export interface ArgumentSpec {
  /** `<pathspec>` where it has to be given, `[step]` where it need not, `[names...]` for any number. */
  readonly syntax: string;
  readonly help: string;
}

/** One command: what it takes, as data, and what it does. */
export interface Command<O extends OptionSpecs = OptionSpecs> {
  readonly arguments: readonly ArgumentSpec[];
  /** By the name under which `run` gets the value. Global options need not stand here. */
  readonly options: O;
  /** The parameters of the flow are options too; `context.parameters()` gives their values. */
  readonly takesParameters?: boolean;
  /** It goes by the parameters of an earlier run: giving one is a mistake with an answer of its own. */
  readonly keepsParameters?: boolean;
  /** Tasks run in warm workers; the first one starts while the flow is still being loaded. */
  readonly usesPool?: boolean;
  /**
   * Does it. Results go to `context.output`; what goes wrong is thrown. No exit code means success.
   */
  run(context: CommandContext<O>): Promise<ExitCode | undefined>;
}

/** Declares a command; the types of its options follow from what it says. */
export function defineCommand<const O extends OptionSpecs>(command: Command<O>): Command<O> {
  return command;
}

/** What a command works with. Everything that costs time is made when it is first asked for. */
export interface CommandContext<O extends OptionSpecs = OptionSpecs> {
  /** The positional arguments as given; fewer than declared where optional ones were left out. */
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** What was given for options of the flow's decorators. */
  readonly given: GivenByDecorator;
  /** `--json`: NDJSON on stdout. */
  readonly json: boolean;
  /** `--quiet`: nothing but results, warnings and errors. */
  readonly quiet: boolean;
  readonly output: Output;
  /** The working folder. */
  readonly cwd: string;
  readonly environment: Environment;
  /** The flow file before the command, or null. */
  readonly flowReference: FlowReference | null;
  /** The flow of the file, without its graph being checked. @throws FLOW_REQUIRED without a file */
  definition(): Promise<FlowDefinition>;
  /** The flow of the file, checked. @throws FLOW_REQUIRED without a file, and everything that is wrong with the flow */
  flow(): Promise<LoadedFlow>;
  /** Names of core's own commands. */
  readonly coreCommands: readonly string[];
  /** The project's config; empty where there is none. */
  config(): Promise<ProjectConfig>;
  /** What plugins and `metaflow.config.ts` add. */
  registry(): Promise<Registry>;
  /** The datastore that the options, the environment, the config and the profile lead to. */
  datastore(): Promise<Datastore>;
  /** Another one. */
  openDatastore(chosen: ChosenDatastore): Promise<Datastore>;
  /** For commands with `usesPool`: closed by whoever made it. */
  readonly pool: WorkerPool | undefined;
  /** The flow's parameters by field; `added` has values for those that nobody gave. @throws all problems with them */
  parameters(added: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** Who runs this: `METAFLOW_USER`, else the account's name. */
  user(): string | null;
  /** The command line of another command on the same flow and datastore, to print as a hint. */
  hint(command: string, ...args: readonly string[]): string;
}
