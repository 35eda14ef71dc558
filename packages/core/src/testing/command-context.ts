import type { CommandContext, CommandRunResult, SingleCommand } from "../contracts/cli-command.js";
import type { Datastore } from "../contracts/datastore.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { PluginSettings } from "../contracts/plugin-settings.js";
import { errors } from "../errors/codes.js";

/** What an example of a command finds around it; asking for what is not given is an error. */
export interface FakeSurroundings {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: PluginSettings;
  readonly graph?: FlowGraph;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly datastore?: Datastore;
  /** What `createClient` of `@metaflow-ts/core/client` makes. */
  readonly client?: unknown;
  readonly signal?: AbortSignal;
  readonly runResult?: CommandRunResult;
}

export interface RecordedResult {
  readonly data: { readonly type: string; readonly [field: string]: unknown };
  readonly text: string;
}

export function fakeContext(
  command: SingleCommand,
  around: FakeSurroundings,
  args: Readonly<Record<string, string | readonly string[]>>,
  options: Readonly<Record<string, unknown>>,
  results: RecordedResult[],
): CommandContext {
  const given = async <T>(name: string, value: T | undefined): Promise<T> => {
    if (value === undefined)
      throw new Error(`The command '${command.name}' asked for its ${name}: give it in the example.`);
    return value;
  };
  return {
    args: args as CommandContext["args"],
    options: { ...defaultsOf(command), ...options } as CommandContext["options"],
    output: { result: (data, text) => results.push({ data, text }), note: () => {}, warning: () => {} },
    cwd: around.cwd ?? "/",
    environment: around.environment ?? {},
    user: "ada",
    flowFile: command.flow === "required" ? "flow.ts" : null,
    signal: around.signal ?? new AbortController().signal,
    settings: async () => around.settings ?? {},
    graph: () => given("graph", around.graph),
    parameters: async () => around.parameters ?? {},
    datastore: () => given("datastore", around.datastore),
    serializers: async () => [],
    client: () => given("client", around.client),
    run: () => given("runResult", around.runResult),
    misuse: (problem) => errors.USAGE({ problem, command: `metaflow ${command.name}` }),
  };
}

function defaultsOf({ options = {} }: SingleCommand): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(options).map(([name, option]) => {
    if (option.kind === "flag") return [name, false];
    return [name, option.kind === "list" ? [] : option.fallback];
  });
  return Object.fromEntries(defaults);
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Calls a function, and gives what was written to stdout meanwhile, which reaches nobody. */
export async function capturing<T>(
  action: () => Promise<T>,
): Promise<{ readonly written: string; readonly outcome: Outcome<T> }> {
  const { stdout } = process;
  const { console } = globalThis;
  const original = { write: stdout.write, log: console.log, info: console.info };
  let written = "";
  const keep = (...parts: readonly unknown[]): boolean => {
    written += parts.map(String).join(" ");
    return true;
  };
  Object.assign(stdout, { write: (text: unknown) => keep(text) });
  // A test runner puts a console of its own in the place of Node's.
  Object.assign(console, { log: keep, info: keep });
  try {
    const value = await action();
    return { written, outcome: { ok: true, value } };
  } catch (error) {
    return { written, outcome: { ok: false, error } };
  } finally {
    stdout.write = original.write;
    Object.assign(console, { log: original.log, info: original.info });
  }
}
