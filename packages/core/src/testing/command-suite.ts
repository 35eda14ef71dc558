import { describe, it } from "vitest";
import type { CliCommand, CommandEnd, SingleCommand } from "../contracts/cli-command.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { commandProblems } from "../registry/check-command.js";
import { capturing, type FakeSurroundings, fakeContext, type RecordedResult } from "./command-context.js";

/** One call of a command. */
export interface CommandExample extends FakeSurroundings {
  /** Which command of a group: `["create"]`. */
  readonly path?: readonly string[];
  /** By name; those that may be left out may be missing. */
  readonly args?: Readonly<Record<string, string | readonly string[]>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** How it ends. Default: `successful`. */
  readonly end?: CommandEnd;
}

export interface CommandSuiteOptions {
  /** Calls that go well; each writes at least one result. */
  readonly examples: readonly CommandExample[];
  /** Calls that throw. */
  readonly failures?: readonly CommandExample[];
}

/** One promise of the command contract. */
export interface CommandRule {
  readonly name: string;
  /** Rejects where the command breaks the promise. */
  check(): Promise<void>;
}

/** Every promise of the command contract, as functions that any test runner can call. */
export function commandRules(command: CliCommand, options: CommandSuiteOptions): readonly CommandRule[] {
  const { examples, failures = [] } = options;
  const each = (name: string, check: (call: Call) => void): CommandRule => ({
    name,
    async check() {
      if (examples.length === 0) throw new Error("there is no example of the command");
      for (const example of examples) check(await call(command, example));
    },
  });
  return [
    {
      name: "its names, summaries, arguments and options can be used",
      async check() {
        const problems = commandProblems(command);
        if (problems.length > 0) throw new Error(problems.join("; "));
      },
    },
    each("an example ends as it says", ({ error, end, expected }) => {
      if (error !== undefined) throw error;
      if (end !== expected) throw new Error(`it ended ${end} rather than ${expected}`);
    }),
    each("an example writes a result", ({ results }) => {
      if (results.length === 0) throw new Error("it wrote no result");
    }),
    each("a result's data has a type and is JSON", ({ results }) => results.forEach(checkData)),
    each("a result's text is there for people", ({ results }) => {
      for (const { text } of results) {
        if (typeof text !== "string" || text.trim() === "") throw new Error("a result has no text");
        if (text.endsWith("\n")) throw new Error("a result's text ends with a line feed, which is added anyway");
      }
    }),
    each("nothing is written beside the output", ({ written }) => {
      if (written !== "") throw new Error(`it wrote ${JSON.stringify(written)} by itself`);
    }),
    {
      name: "a failure is an error with a code",
      async check() {
        for (const failure of failures) {
          const { error } = await call(command, failure);
          if (error === undefined) throw new Error("a call that has to fail did not");
          if (!isMetaflowError(error))
            throw new Error("an error has no code: make it with defineErrors", { cause: error });
        }
      },
    },
  ];
}

/** Runs every rule as a Vitest test. */
export function commandSuite(name: string, command: CliCommand, options: CommandSuiteOptions): void {
  describe(`command contract: ${name}`, () => {
    for (const rule of commandRules(command, options)) it(rule.name, () => rule.check());
  });
}

interface Call {
  readonly results: readonly RecordedResult[];
  readonly written: string;
  readonly end: CommandEnd;
  readonly expected: CommandEnd;
  readonly error: unknown;
}

async function call(command: CliCommand, example: CommandExample): Promise<Call> {
  const single = commandAt(command, example.path ?? []);
  const results: RecordedResult[] = [];
  const context = fakeContext(single, example, example.args ?? {}, example.options ?? {}, results);
  const base = { results, expected: example.end ?? "successful" };
  const { written, outcome } = await capturing(async () => await single.run(context));
  return outcome.ok
    ? { ...base, written, end: outcome.value ?? "successful", error: undefined }
    : { ...base, written, end: "failed", error: outcome.error };
}

function commandAt(command: CliCommand, path: readonly string[]): SingleCommand {
  const [name, ...rest] = path;
  if (!("commands" in command)) return command;
  const found = command.commands.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The group '${command.name}' has no command '${name}'.`);
  return commandAt(found, rest);
}

function checkData({ data }: RecordedResult): void {
  if (typeof data.type !== "string" || data.type === "") throw new Error("a result's data has no type");
  const text = JSON.stringify(data);
  const lost = Object.keys(data).filter((key) => !Object.hasOwn(JSON.parse(text) as object, key));
  if (lost.length > 0) throw new Error(`JSON cannot hold what is under ${lost.join(", ")}`);
}
