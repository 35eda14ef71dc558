import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "./flow-project.js";

/**
 * A new place with each call, which executes the words after `metaflow` and is gone then: an empty folder, an empty home,
 * no project and no packages anywhere above.
 */
export type Elsewhere = (words: readonly string[], options?: ElsewhereOptions) => Promise<CommandResult>;

export interface ElsewhereOptions {
  /** Instead of a new, empty folder; it stays. */
  readonly cwd?: string;
  readonly env?: Variables;
  /** Kills everything that runs there after so many milliseconds. */
  readonly killAfter?: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

export interface PlacesRequest {
  /** The run: `Flow/run`. */
  readonly run: string;
  /** The step that will run, where each has its own package. */
  readonly step?: string;
  /** Options that name the datastore. */
  readonly store: readonly string[];
  /** Runs `metaflow` where the project is. */
  readonly metaflow: (words: readonly string[]) => Promise<Pick<CommandResult, "code" | "stdout" | "stderr">>;
  /** All that a place has in its environment besides. */
  readonly environment?: Variables;
}

/** Gets from `metaflow bootstrap` what a place needs, so that nothing else is asked of the project any more. */
export async function createElsewhere({ run, step, store, metaflow, environment }: PlacesRequest): Promise<Elsewhere> {
  const files = await mkdtemp(join(tmpdir(), "metaflow-files-"));
  const asked = await metaflow([
    "bootstrap",
    run,
    files,
    "--json",
    ...(step === undefined ? [] : ["--step", step]),
    ...store,
    "--",
    "WORDS",
  ]);
  if (asked.code !== 0) throw new Error(asked.stderr);
  const { command, variables } = JSON.parse(asked.stdout) as {
    readonly command: readonly string[];
    readonly variables: Variables;
  };
  return async (words, { cwd, env, killAfter } = {}) => {
    const machine = await mkdtemp(join(tmpdir(), "metaflow-place-"));
    try {
      const [place, home] = [cwd ?? join(machine, "place"), join(machine, "home")];
      await Promise.all([place, home].map((folder) => mkdir(folder, { recursive: true })));
      await cp(files, place, { recursive: true });
      const all = command.flatMap((word) => (word === "WORDS" ? words : [word]));
      const own = { HOME: home, PATH: home, TMPDIR: home, ...environment, ...variables, ...env };
      return await execute(all, place, own, killAfter);
    } finally {
      await rm(machine, { recursive: true, force: true, maxRetries: 5 });
    }
  };
}

function execute(
  [program = "", ...words]: readonly string[],
  cwd: string,
  env: Variables,
  killAfter: number | undefined,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program === "node" ? process.execPath : program, words, { cwd, env, detached: true });
    const timer = killAfter === undefined ? undefined : setTimeout(kill, killAfter, child.pid);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
