/** Plugins laid into the `node_modules` of a temporary project, as a package manager would. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface LaidPlugin {
  readonly name: string;
  /** What it provides, by kind. */
  readonly provides: Readonly<Record<string, readonly unknown[]>>;
  /** Of its main module. */
  readonly source: string;
  /** Further fields of its package.json. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** Writes the package, and makes it a dependency of the project in the folder. */
export async function layPlugin(folder: string, { name, provides, source, manifest }: LaidPlugin): Promise<void> {
  const home = join(folder, "node_modules", name);
  await write(join(home, "index.js"), source);
  const metaflow = { contract: 1, ...provides };
  await write(join(home, "package.json"), {
    ...{ name, version: "1.0.0", type: "module", exports: "./index.js", metaflow },
    ...manifest,
  });
  const path = join(folder, "package.json");
  const project = JSON.parse(await readFile(path, "utf8").catch(() => "{}")) as { dependencies?: object };
  await write(path, { name: "project", ...project, dependencies: { ...project.dependencies, [name]: "1" } });
}

async function write(path: string, content: string | object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
}
