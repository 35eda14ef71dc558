import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openBundleCache } from "../packaging/bundle-cache.js";
import { loadBundle } from "../packaging/load-bundle.js";

/** Contents by the path in the project. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** A flow whose own files lie in two folders. */
export const OWN_FILES = {
  "p/flow.ts": 'import { a } from "../lib/a"; import d from "./d.json"; export const all = [a, d, import.meta.url];',
  "p/d.json": "{}",
  "lib/a.ts": "export const a = 1;",
};

/** A project whose flow is `p/flow.ts`, with a cache of its own, in a folder of its own. */
export interface BundleProject {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly entry: string;
  path(name: string): string;
  write(files: ProjectFiles): Promise<void>;
  remove(name: string): Promise<void>;
  /** Waits until what was written is old enough for a bundle of it to be kept. */
  settle(): Promise<void>;
  /** Loads the flow and says whether the bundle was a kept one. */
  load(options?: LoadOptions): ReturnType<typeof loadAndTell>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface LoadOptions {
  /** The project's config file. */
  readonly config?: string | undefined;
  readonly cacheFolder?: string;
}

export async function createBundleProject(): Promise<BundleProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "bundle-project-")));
  const cacheFolder = join(folder, "cache");
  const path = (name: string) => join(folder, "app", name);
  const entry = path("p/flow.ts");
  return {
    folder,
    cacheFolder,
    entry,
    path,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(path(name)), { recursive: true });
        await writeFile(path(name), text);
      }
    },
    remove: (name) => rm(path(name), { recursive: true }),
    settle: () => sleep(60),
    load: ({ config, cacheFolder: other = cacheFolder } = {}) =>
      loadAndTell(entry, config === undefined ? undefined : path(config), other),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function loadAndTell(entry: string, configFile: string | undefined, cacheFolder: string) {
  const cache = openBundleCache(cacheFolder);
  if (cache === undefined) throw new Error("There is no cache here.");
  let hit = false;
  const read = (key: string) => {
    const found = cache.read(key);
    hit = found !== undefined;
    return found;
  };
  const bundle = await loadBundle(entry, configFile, "1.0.0", { ...cache, read });
  return { bundle, configFile, from: hit ? ("cache" as const) : ("bundler" as const) };
}
