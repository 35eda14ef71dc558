/** Places without anything: what executes tasks of a run elsewhere. */
import { spawn } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type CliResult, makeTempDir, runCli } from "./cli.js";

/** A new place with each call: an empty folder, an empty home, no project and no packages anywhere above. */
export type Elsewhere = (words: readonly string[], options?: ElsewhereOptions) => Promise<CliResult>;

export interface ElsewhereOptions {
  /** Instead of a new, empty folder. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Gets from `metaflow bootstrap` what a place needs, so that nothing else is asked of the project any more. */
export async function createElsewhere(
  pathspec: string,
  store: readonly string[],
  metaflow: (words: readonly string[]) => Promise<CliResult> = runCli,
): Promise<Elsewhere> {
  const files = await makeTempDir();
  const asked = await metaflow(["bootstrap", pathspec, files, "--json", ...store, "--", "WORDS"]);
  if (asked.code !== 0) throw new Error(asked.stderr);
  const { command, variables } = JSON.parse(asked.stdout) as {
    command: readonly string[];
    variables: Readonly<Record<string, string>>;
  };
  return async (words, { cwd, env = {} } = {}) => {
    const place = cwd ?? (await makeTempDir());
    const home = join(await makeTempDir(), "home");
    await mkdir(home);
    await cp(files, place, { recursive: true });
    const all = command.flatMap((word) => (word === "WORDS" ? words : [word]));
    return await execute(all, place, { HOME: home, PATH: home, ...variables, ...env });
  };
}

function execute([program = "", ...words]: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program === "node" ? process.execPath : program, words, { cwd, env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr, lines: stdout.split("\n").filter((line) => line !== "") });
    });
  });
}
