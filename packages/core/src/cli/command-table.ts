import type { Command } from "./command.js";
import type { OptionSpecs } from "./option-spec.js";

/** A command as the list of commands knows it; the command itself is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Whether it stands behind a flow's file: it must, it may, or it makes no difference. */
  readonly flow: "required" | "optional" | "ignored";
  /** Whether an error that it throws means that nothing was tried, or that what was asked for is not there. */
  readonly onError: "refused" | "failed";
  /** For schedulers rather than people. */
  readonly hidden?: boolean;
  /** Goes on when nobody reads its output any more. */
  readonly outlivesOutput?: boolean;
  /** Calls code of the user's that may end the process: the exit code is then that code's word. */
  readonly mayBeEnded?: boolean;
  /** It works on runs as they are stored: decorators of `--with` mean nothing to it. */
  readonly ofStoredRuns?: boolean;
  load(): Promise<Command<OptionSpecs>>;
}

/** A command whose options are known to itself only. */
const generic = <O extends OptionSpecs>(command: Command<O>): Command<OptionSpecs> =>
  command as unknown as Command<OptionSpecs>;

const looks = { flow: "required", onError: "refused" } as const;
const runs = { ...looks, outlivesOutput: true } as const;
const tasks = { flow: "optional", onError: "refused", outlivesOutput: true, hidden: true } as const;
const reads = { flow: "optional", onError: "failed", ofStoredRuns: true } as const;

/** Every command, in the order in which help lists them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "run the flow",
    ...runs,
    load: async () => generic((await import("./commands/run.js")).runCommand),
  },
  {
    name: "resume",
    summary: "run again what an earlier run did not finish",
    ...runs,
    load: async () => generic((await import("./commands/resume.js")).resumeCommand),
  },
  {
    name: "check",
    summary: "look for mistakes in the flow without running it",
    ...looks,
    load: async () => generic((await import("./commands/check.js")).checkCommand),
  },
  {
    name: "show",
    summary: "print the flow's steps and what they are about",
    ...looks,
    load: async () => generic((await import("./commands/show.js")).showCommand),
  },
  {
    name: "output-raw",
    summary: "print the flow's graph as data",
    ...looks,
    load: async () => generic((await import("./commands/output-raw.js")).outputRawCommand),
  },
  {
    name: "output-dot",
    summary: "print the flow's graph for Graphviz",
    ...looks,
    load: async () => generic((await import("./commands/output-dot.js")).outputDotCommand),
  },
  {
    name: "deploy",
    summary: "compile the flow for another engine",
    ...looks,
    load: async () => generic((await import("./commands/deploy.js")).deployCommand),
  },
  {
    name: "status",
    summary: "print what a run did: what ran, what failed and why, what is running",
    ...reads,
    load: async () => generic((await import("./commands/status.js")).statusCommand),
  },
  {
    name: "runs",
    summary: "list runs, newest first",
    ...reads,
    load: async () => generic((await import("./commands/runs.js")).runsCommand),
  },
  {
    name: "dump",
    summary: "print the artifacts of tasks",
    ...reads,
    load: async () => generic((await import("./commands/dump.js")).dumpCommand),
  },
  {
    name: "card",
    summary: "make a page about a task",
    ...reads,
    load: async () => generic((await import("./commands/card.js")).cardCommand),
  },
  {
    name: "logs",
    summary: "print what tasks printed",
    ...reads,
    load: async () => generic((await import("./commands/logs.js")).logsCommand),
  },
  {
    name: "tag",
    summary: "list the tags of runs, add and remove some",
    ...reads,
    load: async () => generic((await import("./commands/tag.js")).tagCommand),
  },
  {
    name: "copy",
    summary: "copy a run to another datastore, with the runs that it resumed",
    ...reads,
    load: async () => generic((await import("./commands/copy.js")).copyCommand),
  },
  {
    name: "sync",
    summary: "copy the runs that another datastore does not have yet",
    ...reads,
    load: async () => generic((await import("./commands/sync.js")).syncCommand),
  },
  {
    name: "code",
    summary: "show or extract the code that a run's tasks ran",
    ...reads,
    load: async () => generic((await import("./commands/code.js")).codeCommand),
  },
  {
    name: "package",
    summary: "show or save the flow's code package",
    ...looks,
    load: async () => generic((await import("./commands/package.js")).packageCommand),
  },
  {
    name: "init",
    summary: "register a run whose tasks are started by somebody else",
    ...runs,
    hidden: true,
    load: async () => generic((await import("./commands/init.js")).initCommand),
  },
  {
    name: "step",
    summary: "execute one task of a registered run",
    ...tasks,
    load: async () => generic((await import("./commands/step.js")).stepCommand),
  },
  {
    name: "bootstrap",
    summary: "write what a place needs to execute tasks of a registered run",
    ...tasks,
    load: async () => generic((await import("./commands/bootstrap.js")).bootstrapCommand),
  },
  {
    name: "region",
    summary: "execute a part of a registered run",
    ...tasks,
    load: async () => generic((await import("./commands/region.js")).regionCommand),
  },
  {
    name: "exit-hooks",
    summary: "call what is to be called after a registered run",
    ...tasks,
    mayBeEnded: true,
    load: async () => generic((await import("./commands/exit-hooks.js")).exitHooksCommand),
  },
  {
    name: "plugins",
    summary: "list what is installed, and what is wrong with it",
    ...reads,
    load: async () => generic((await import("./commands/plugins.js")).pluginsCommand),
  },
  {
    name: "version",
    summary: "print the version",
    flow: "ignored",
    onError: "refused",
    load: async () => generic((await import("./commands/version.js")).versionCommand),
  },
];

/** Core's command of a name. */
export function findCommand(name: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === name);
}

/** Names that somebody may have meant. */
export function shownCommands(): readonly string[] {
  return ["help", ...commands.filter(({ hidden }) => !hidden).map(({ name }) => name)];
}
