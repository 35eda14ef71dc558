import { realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Finished, type ProcessOptions, runProcess } from "./processes.ts";

/** The package under test, as it was built. */
export const corePackage = realpathSync(resolve(import.meta.dirname, "../node_modules/@metaflow-ts/core"));
const bin = join(corePackage, "dist/bin.js");

/** Both sides get two workers, whatever the machine has. */
export const WORKERS = ["--max-workers", "2"] as const;

/** A project folder with a flow and a datastore of its own. */
export interface Project {
  /** The datastore's folder. */
  readonly datastore: string;
  /** Runs the `metaflow` command. */
  cli(args: readonly string[], options?: Omit<ProcessOptions, "cwd" | "env">): Promise<Finished>;
  /** Runs a command of the flow with `--json` and gives its events too. */
  flow(args: readonly string[], options?: Omit<ProcessOptions, "cwd" | "env">): Promise<FinishedRun>;
}

/** The events that benchmarks look at; there are more. */
export interface RunEvent {
  readonly type: string;
  readonly at: number;
  readonly step?: string;
  readonly pathspec?: string;
  readonly durationMs?: number;
  readonly line?: string;
  readonly count?: number;
}

export interface FinishedRun extends Finished {
  readonly events: readonly RunEvent[];
}

/** Writes a flow into the folder. */
export async function createProject(folder: string, source: string): Promise<Project> {
  const file = join(folder, "flow.ts");
  await writeFile(file, source);
  const env = {
    METAFLOW_HOME: join(folder, "home"),
    METAFLOW_USER: "bench",
    METAFLOW_DATASTORE_SYSROOT_LOCAL: folder,
  };
  const cli: Project["cli"] = (args, options) =>
    runProcess(process.execPath, [bin, ...args], { ...options, cwd: folder, env });
  return {
    datastore: join(folder, ".metaflow"),
    cli,
    async flow(args, options) {
      const finished = await cli(["flow.ts", ...args, "--json"], options);
      const events = finished.stdout.trim().split("\n");
      return { ...finished, events: events.map((line) => JSON.parse(line) as RunEvent) };
    },
  };
}
