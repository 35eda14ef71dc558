/** Starts the built command the way a person does, in folders that go away again. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll } from "vitest";

/** The built `metaflow` command; start it with `process.execPath`. */
export const cliPath = resolve(import.meta.dirname, "../../dist/bin.js");

export interface CliOptions {
  readonly cwd?: string;
  /** Added to an environment without `METAFLOW_*`, `CI` and colour settings; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Given on standard input. */
  readonly input?: string;
  /** Milliseconds until the command is killed and the call fails. */
  readonly timeout?: number;
}

export interface CliResult {
  /** The exit code; null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout that are not empty. */
  readonly lines: readonly string[];
}

export interface StartedCli {
  readonly child: ChildProcess;
  /** What both streams have printed so far. */
  output(): string;
  /** Resolves once stdout or stderr contains the text or matches. */
  waitFor(pattern: string | RegExp): Promise<void>;
  readonly result: Promise<CliResult>;
}

/** Runs `metaflow <args>` to its end. A non-zero exit code is a result, not an error. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}

/** Starts `metaflow <args>`, for tests that talk to it while it runs. */
export function startCli(args: readonly string[], options: CliOptions = {}): StartedCli {
  const { cwd = tmpdir(), input = "", timeout = 50_000 } = options;
  const child = spawn(process.execPath, [cliPath, ...args], { cwd, env: environment(options.env) });
  let stdout = "";
  let stderr = "";
  let changed = (): void => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    changed();
  });
  // A command that ends without reading its input is fine.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const result = new Promise<CliResult>((done, fail) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(new Error(`metaflow ${args.join(" ")} took more than ${timeout} ms.\n${stdout}\n${stderr}`));
    }, timeout);
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, stdout, stderr, lines: stdout.split("\n").filter((line) => line !== "") });
    });
  });
  const waitFor = (pattern: string | RegExp): Promise<void> => {
    const seen = (): boolean => {
      const text = `${stdout}\n${stderr}`;
      return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
    };
    const appeared = new Promise<void>((done) => {
      changed = () => seen() && done();
      changed();
    });
    const ended = result.then(({ code }) => {
      if (!seen()) throw new Error(`Ended with ${code} and never printed ${pattern}.\n${stdout}\n${stderr}`);
    });
    return Promise.race([appeared, ended]);
  };
  return { child, output: () => stdout + stderr, waitFor, result };
}

/** An empty folder of its own, removed when the tests of the file are over. */
export async function makeTempDir(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "metaflow-test-")));
  folders.push(folder);
  return folder;
}

/** Writes a flow (or any file) into a folder; returns its path. Folders in the name are made. */
export async function writeFlow(folder: string, name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, source);
  return path;
}

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Nothing of the developer's own settings reaches a test. */
function environment(added: CliOptions["env"] = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(METAFLOW_|NO_COLOR|FORCE_COLOR|CI$|VITEST|NODE_OPTIONS|NODE_V8_COVERAGE)/.test(name),
  );
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    METAFLOW_HOME: join(tmpdir(), "metaflow-no-home"),
  };
  for (const [name, value] of Object.entries(added)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}
