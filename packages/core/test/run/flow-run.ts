/** Runs flows in folders of their own with the built command, and looks at what they stored. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedError, TaskRecord } from "../../src/contracts/records.js";
import type { RunEvent } from "../../src/contracts/run-events.js";
import { createLocalDatastore } from "../../src/datastore/local-datastore.js";
import { createRecordStore } from "../../src/datastore/record-store.js";
import { type Client, createClient, type Run, type Task } from "../../src/public/client.js";
import {
  type CliOptions,
  type CliResult,
  makeTempDir,
  runCli,
  type StartedCli,
  startCli,
  writeFlow,
} from "../support/cli.js";

/** What most flows of these tests import, in one line. */
export const IMPORTS = `import { FlowSpec, step, parameter, current, type Inputs } from "@metaflow-ts/core";`;

/** A folder with one flow's file and whatever it imports. */
export interface FlowFolder {
  readonly path: string;
  /** Where its runs are stored. */
  readonly store: string;
  write(name: string, source: string): Promise<string>;
  /** `metaflow <words> --json`; a run that was refused has no `run`. */
  run(words: readonly string[], options?: CliOptions): Promise<FinishedRun>;
  /** `metaflow <words>` as a person calls it. */
  cli(words: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(words: readonly string[], options?: CliOptions): StartedCli;
  client(): Promise<Client>;
  /** The newest run of the flow. */
  newest(flow: string): Promise<StoredRun>;
}

/** A run as it is stored. */
export interface StoredRun {
  readonly run: Run;
  /** Values of a task's artifacts, by name. */
  values(step: string, task?: string): Promise<Record<string, unknown>>;
  /** The committed record of a task. */
  record(step: string, task?: string): Promise<TaskRecord | null>;
  /** Ids of a step's committed tasks. */
  tasks(step: string): Promise<readonly string[]>;
  /** The error of a task's failed attempt. */
  error(step: string, task?: string): Promise<RecordedError>;
  /** What a task printed. */
  log(step: string, task?: string): Promise<{ stdout: string; stderr: string }>;
}

export interface FinishedRun extends CliResult, StoredRun {
  readonly events: readonly RunEvent[];
  readonly finished: Extract<RunEvent, { type: "run.finished" }>;
}

/** `files`: sources by name. */
export async function createFlowFolder(files: Readonly<Record<string, string>>): Promise<FlowFolder> {
  const path = await makeTempDir();
  const store = join(path, ".metaflow");
  for (const [name, source] of Object.entries(files)) await writeFlow(path, name, source);
  const client = (): Promise<Client> => createClient({ datastore: { root: store } });
  const cli: FlowFolder["cli"] = (words, options = {}) => runCli(words, { cwd: path, ...options });
  const stored = (run: Run): StoredRun => storedRun(run, store);
  return {
    path,
    store,
    write: (name, source) => writeFlow(path, name, source),
    cli,
    client,
    start: (words, options = {}) => startCli(words, { cwd: path, ...options }),
    newest: async (flow) => stored(await (await client()).flow(flow).latestRun()),
    async run(words, options) {
      const result = await cli([...words, "--json"], options);
      const events = result.lines.map((line) => JSON.parse(line) as RunEvent);
      const finished = events.at(-1);
      if (finished?.type !== "run.finished") {
        throw new Error(`No run ended (exit code ${result.code}).\n${result.stdout}\n${result.stderr}`);
      }
      return { ...result, ...stored(await (await client()).run(finished.pathspec)), events, finished };
    },
  };
}

/** A folder with one flow in `flow.ts`, run once. */
export async function runFlow(
  source: string,
  words: readonly string[] = [],
  options?: CliOptions,
): Promise<FinishedRun> {
  const folder = await createFlowFolder({ "flow.ts": `${IMPORTS}\n${source}` });
  return folder.run(["flow.ts", "run", ...words], options);
}

/** Whether a process goes on. One that has ended counts as gone even where nobody asked how it ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+[ZX]/m.test(existsSync("/proc/self") ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
  } catch {
    return false;
  }
}

function storedRun(run: Run, store: string): StoredRun {
  const records = createRecordStore(createLocalDatastore(store));
  const { flowName, id } = run;
  const taskOf = (step: string, task: string | undefined): Promise<Task> => run.task(step, task);
  return {
    run,
    async values(step, task) {
      const artifacts = (await taskOf(step, task)).artifacts();
      const entries = artifacts.map(async (artifact) => [artifact.name, await artifact.value()] as const);
      return Object.fromEntries(await Promise.all(entries));
    },
    record: (step, task = "0") => records.readTask(flowName, id, step, task),
    tasks: (step) => records.listTasks(flowName, id, step),
    async error(step, task) {
      const { error } = await taskOf(step, task);
      if (error === null) throw new Error(`${step} did not fail.`);
      return error;
    },
    async log(step, task) {
      const { logs } = await taskOf(step, task);
      return { stdout: await logs.stdout(), stderr: await logs.stderr() };
    },
  };
}
