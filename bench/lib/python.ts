import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Missing } from "./missing.ts";
import { runProcess } from "./processes.ts";

const VERSION = "2.19.38";
const NAME = `Python Metaflow ${VERSION}`;

/** Kept between runs of the benchmarks. */
const environment = resolve(import.meta.dirname, "../node_modules/.cache", `python-metaflow-${VERSION}-boto3`);
const program = join(environment, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** Python with Metaflow in it. */
export interface Python {
  /** What the table calls it. */
  readonly name: string;
  /**
   * Writes a flow into the folder, and gives a function that runs a command of it and says how long it took.
   *
   * @param settings variables, e.g. of another datastore than a local one
   */
  project(
    folder: string,
    source: string,
    settings?: Readonly<Record<string, string>>,
  ): Promise<(args: readonly string[]) => Promise<number>>;
}

/** Finds it, or installs it into a cache folder. Where that does not work, says why. */
export async function findPython(): Promise<Python | Missing> {
  try {
    if (!existsSync(join(environment, "complete"))) await install();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().split("\n");
    return { missing: `no Python with Metaflow (${reason.at(-1)})` };
  }
  return { name: NAME, project };
}

async function install(): Promise<void> {
  const options = { cwd: import.meta.dirname };
  await mkdir(environment, { recursive: true });
  await runProcess("python3", ["-m", "venv", "--clear", environment], options);
  console.error(`installing ${NAME}`);
  await runProcess(program, ["-m", "pip", "install", "--quiet", `metaflow==${VERSION}`, "boto3"], options);
  await writeFile(join(environment, "complete"), "");
}

const project: Python["project"] = async (folder, source, settings = {}) => {
  await writeFile(join(folder, "flow.py"), source);
  const env = {
    METAFLOW_HOME: join(folder, "python-home"),
    METAFLOW_USER: "bench",
    METAFLOW_DATASTORE_SYSROOT_LOCAL: join(folder, "python-datastore"),
    METAFLOW_DEFAULT_METADATA: "local",
    METAFLOW_DEFAULT_DATASTORE: "local",
    ...settings,
  };
  await mkdir(env.METAFLOW_DATASTORE_SYSROOT_LOCAL, { recursive: true });
  return async (args) => (await runProcess(program, ["flow.py", ...args], { cwd: folder, env })).ms;
};
