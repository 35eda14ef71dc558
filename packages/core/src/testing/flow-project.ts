import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readEnvironment } from "../config/env.js";
import { coreFolder } from "../packaging/code/core-folder.js";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A folder in which packages are installed, and the command that runs in it. */
export interface FlowProject {
  readonly folder: string;
  /** `metaflow <words>` to its end, in the folder; an undefined variable is taken away. */
  metaflow(words: readonly string[], environment?: Variables): Promise<CommandResult>;
  /** Starts it. */
  start(words: readonly string[], environment?: Variables): ChildProcessWithoutNullStreams;
  /** Starts `node <words>` in the folder. */
  node(words: readonly string[], environment?: Variables): ChildProcessWithoutNullStreams;
  remove(): Promise<void>;
}

/**
 * Makes a project in a temporary folder.
 *
 * @param packages folders of the packages that it depends on, by name
 * @param files their content by path
 */
export async function createFlowProject(
  packages: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Promise<FlowProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "metaflow-project-")));
  const all = { "@metaflow-ts/core": coreFolder(), ...packages };
  for (const [name, target] of Object.entries(all)) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
  const dependencies = Object.fromEntries(Object.keys(all).map((name) => [name, "*"]));
  const manifest = JSON.stringify({ name: "project", private: true, type: "module", dependencies });
  for (const [path, content] of Object.entries({ "package.json": manifest, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const inherited = Object.entries(readEnvironment()).filter(
    ([name]) => !name.startsWith("METAFLOW_") && name !== "CI",
  );
  // A profile of whoever runs the tests has no say.
  const base = { ...Object.fromEntries(inherited), METAFLOW_HOME: join(folder, ".no-profile") };
  const node: FlowProject["node"] = (words, environment = {}) =>
    spawn(process.execPath, words, { cwd: folder, env: { ...base, ...environment }, stdio: "pipe" });
  const start: FlowProject["start"] = (words, environment) =>
    node([join(coreFolder(), "dist", "bin.js"), ...words], environment);
  return {
    folder,
    node,
    start,
    metaflow: (words, environment) => resultOf(start(words, environment)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a process that was started leaves when it ends. */
export function resultOf(child: ChildProcessWithoutNullStreams): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  child.stdin.end();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.on("error", fail).on("close", (code) => done({ code, stdout, stderr }));
  });
}
