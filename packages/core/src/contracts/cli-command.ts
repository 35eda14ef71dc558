import type { Datastore } from "./datastore.js";
import type { FlowGraph } from "./graph.js";
import type { PluginSettings } from "./plugin-settings.js";
import type { SerializerSource } from "./serializer.js";

/** A command of the command line, or a group of them: `metaflow train.ts acme create`. */
export type CliCommand = SingleCommand | CommandGroup;

interface DescribedCommand {
  /** Lower-case words with dashes between them: `acme-pipelines`. */
  readonly name: string;
  /** What it does, as one line of a list: no capital at the beginning, no full stop at the end. */
  readonly summary: string;
}

export interface CommandGroup extends DescribedCommand {
  readonly commands: readonly CliCommand[];
}

/** What one command takes, as data, and what it does. `C` is the client's type, which lies in a layer above. */
export interface SingleCommand<
  A extends CommandArguments = CommandArguments,
  O extends CommandOptions = CommandOptions,
  C = unknown,
> extends DescribedCommand {
  /** Whether it stands behind a flow's file: it must, it may, or it makes no difference. */
  readonly flow: "required" | "optional" | "ignored";
  /** In the order in which they are written; those that may be left out come last. */
  readonly arguments?: A;
  /** By name: `dryRun` is `--dry-run`. Every command has `--json`, `--quiet`, `--datastore` and the like. */
  readonly options?: O;
  /** The flow's parameters are options too; `context.parameters()` gives their values. */
  readonly takesParameters?: boolean;
  /** It takes the options of `metaflow run`, and `context.run()` runs the flow with them. */
  readonly startsRuns?: boolean;
  /** Does it. What goes wrong is thrown; without a return value it was successful. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a command that says nothing went well
  run(context: CommandContext<A, O, C>): CommandEnd | void | Promise<CommandEnd | void>;
}

/** Exit codes 0, 1 and 130. */
export type CommandEnd = "successful" | "failed" | "cancelled";

/** Positional arguments by name. */
export type CommandArguments = Readonly<Record<string, CommandArgument>>;

export interface CommandArgument {
  readonly help: string;
  /** It may be left out. */
  readonly optional?: true;
  /** It takes all that is left, which may be nothing. Only the last one. */
  readonly many?: true;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** An option's value comes from the command line, else the environment, else the config, else the profile. */
export type CommandOption = OptionText &
  (
    | { readonly kind: "text"; readonly fallback?: string }
    | { readonly kind: "integer"; readonly min?: number; readonly fallback?: number }
    | { readonly kind: "choice"; readonly choices: readonly string[]; readonly fallback?: string }
    /** Takes no value. */
    | { readonly kind: "flag" }
    /** May be given more than once. */
    | { readonly kind: "list" }
  );

interface OptionText {
  readonly help: string;
  /** One letter: `n` for `-n`. */
  readonly short?: string;
  /** What help calls the value. Default: the option's kind. */
  readonly value?: string;
  /** `ACME_URL` where the variable `METAFLOW_ACME_URL` sets it too. */
  readonly variable?: string;
  /** Where in `metaflow.config.ts` it is set too: `acme.url`. */
  readonly setting?: string;
  readonly hidden?: boolean;
}

export type ArgumentValues<A extends CommandArguments> = { readonly [K in keyof A]: ArgumentValue<A[K]> };

export type ArgumentValue<A extends CommandArgument> = A extends { readonly many: true }
  ? readonly string[]
  : A extends { readonly optional: true }
    ? string | undefined
    : string;

export type CommandOptionValues<O extends CommandOptions> = { readonly [K in keyof O]: CommandOptionValue<O[K]> };

export type CommandOptionValue<O extends CommandOption> = O extends { readonly kind: "flag" }
  ? boolean
  : O extends { readonly kind: "list" }
    ? readonly string[]
    : SingleValue<O> | (O extends { readonly fallback: string | number } ? never : undefined);

type SingleValue<O extends CommandOption> = O extends { readonly kind: "integer" }
  ? number
  : O extends { readonly choices: readonly (infer T extends string)[] }
    ? T
    : string;

/** What a command works with. Everything that costs time is made when it is first asked for. */
export interface CommandContext<
  A extends CommandArguments = CommandArguments,
  O extends CommandOptions = CommandOptions,
  C = unknown,
> {
  readonly args: ArgumentValues<A>;
  readonly options: CommandOptionValues<O>;
  readonly output: CommandOutput;
  /** The working folder. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who runs this: `METAFLOW_USER`, else the account's name. */
  readonly user: string | null;
  /** The flow's file as it was written before the command, or null. */
  readonly flowFile: string | null;
  /** Aborts at the first Ctrl-C. A command that never asks for it is ended by Ctrl-C like any program. */
  readonly signal: AbortSignal;
  /** What plugins are told in `metaflow.config.ts`. */
  settings(): Promise<PluginSettings>;
  /** The flow of the file, checked, with its decorators. @throws everything that is wrong with it */
  graph(): Promise<FlowGraph>;
  /** For commands with `takesParameters`: their values by field. @throws all problems with them */
  parameters(): Promise<Readonly<Record<string, unknown>>>;
  /** The datastore that options, environment, config and profile lead to. */
  datastore(): Promise<Datastore>;
  /** Those of the project, to write and read artifacts with. */
  serializers(): Promise<readonly SerializerSource[]>;
  /** Reads what runs left in the datastore. */
  client(): Promise<C>;
  /** For commands with `startsRuns`: runs the flow to its end as `metaflow run` does, with the same display. */
  run(): Promise<CommandRunResult>;
  /** The error of a wrong use, to be thrown: it says how to get help, and the exit code is 2. */
  misuse(problem: string): Error;
}

export interface CommandRunResult {
  readonly status: CommandEnd;
  /** Null where the run ended before it had an id. */
  readonly runId: string | null;
}

/** Results go to stdout, everything else to stderr; nothing else may be written there. */
export interface CommandOutput {
  /** A result: with `--json` the data as a line of NDJSON, else the text. */
  result(data: { readonly type: string; readonly [field: string]: unknown }, text: string): void;
  /** Progress, a hint. Nothing with `--quiet`. */
  note(text: string): void;
  warning(text: string): void;
}
