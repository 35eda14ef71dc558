/** Flows in folders of their own that have this package installed, run by the built command. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type Run, type Task } from "@metaflow-ts/core/client";
import { afterAll } from "vitest";

const program = join(dirname(fileURLToPath(import.meta.resolve("@metaflow-ts/core/package.json"))), "dist/bin.js");

/** What most flows of these tests import. */
export const IMPORTS = `import { FlowSpec, step, parameter, current, type Inputs } from "@metaflow-ts/core";
import { retry, catchError, catch_, timeout, environment, resources, secrets, parallel, type CaughtError } from "@metaflow-ts/decorators";`;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCommand {
  readonly child: ChildProcess;
  readonly result: Promise<CommandResult>;
  /** Resolves once stdout contains the text. */
  printed(text: string): Promise<void>;
}

export interface FlowFolder {
  readonly path: string;
  /** `metaflow <words>` to its end. */
  command(...words: readonly string[]): Promise<CommandResult>;
  /** `metaflow flow.ts <words>` to its end. */
  metaflow(...words: readonly string[]): Promise<CommandResult>;
  start(...words: readonly string[]): StartedCommand;
  /** `run` with these words; then the run that it left. */
  run(...words: readonly string[]): Promise<CommandResult & { readonly run: Run }>;
  newestRun(flow?: string): Promise<Run>;
}

/** A folder with the flow in `flow.ts`, where this package is installed. */
export async function flowFolder(
  source: string,
  imports = IMPORTS,
  environment: Readonly<Record<string, string>> = {},
): Promise<FlowFolder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "metaflow-decorators-")));
  folders.push(folder);
  await mkdir(join(folder, "node_modules/@metaflow-ts"), { recursive: true });
  await symlink(resolve(import.meta.dirname, ".."), join(folder, "node_modules/@metaflow-ts/decorators"));
  await writeFile(join(folder, "flow.ts"), `${imports}\n${source}`);
  const manifest = { type: "module", dependencies: { "@metaflow-ts/decorators": "*" } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const newestRun: FlowFolder["newestRun"] = async (flow = "TestFlow") => {
    const client = await createClient({ datastore: { root: join(folder, ".metaflow") } });
    return client.flow(flow).latestRun();
  };
  const command: FlowFolder["command"] = (...words) => startCommand(folder, words, environment).result;
  const start: FlowFolder["start"] = (...words) => startCommand(folder, ["flow.ts", ...words], environment);
  const metaflow: FlowFolder["metaflow"] = (...words) => start(...words).result;
  return {
    path: folder,
    command,
    start,
    metaflow,
    newestRun,
    run: async (...words) => {
      const result = await metaflow("run", ...words);
      if (result.code === 2) throw new Error(`The run was refused.\n${result.stdout}\n${result.stderr}`);
      return { ...result, run: await newestRun() };
    },
  };
}

/** Values of a task's artifacts, by name. */
export async function valuesOf(task: Task): Promise<Readonly<Record<string, unknown>>> {
  const entries = task.artifacts().map(async (artifact) => [artifact.name, await artifact.value()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function startCommand(
  cwd: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): StartedCommand {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(METAFLOW_|NO_COLOR|FORCE_COLOR|CI$|VITEST|NODE_OPTIONS|NODE_V8_COVERAGE)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), METAFLOW_HOME: join(cwd, "no-home"), ...environment };
  const child = spawn(process.execPath, [program, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  const seen = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      for (const check of seen) check();
    });
  }
  const result = new Promise<CommandResult>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, ...text }));
  });
  const printed: StartedCommand["printed"] = (wanted) =>
    new Promise((found, fail) => {
      const check = (): void => {
        if (!text.stdout.includes(wanted)) return;
        seen.delete(check);
        found();
      };
      seen.add(check);
      check();
      void result.then(() => fail(new Error(`'${wanted}' was never printed.\n${text.stdout}\n${text.stderr}`)));
    });
  return { child, result, printed };
}

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});
