import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { type ArchivedFile, packArchive, sha256Of } from "../../code/archive.js";
import type { RuntimeRef } from "../../contracts/code-package.js";
import { openBuildCache } from "../build-cache.js";
import { type Fact, noteFact } from "../bundle-facts.js";
import { coreFolder, RUNTIME_FOLDER } from "./core-folder.js";

/** What a place needs of core: its entries for the user's and the plugins' code, and its processes. */
const ENTRIES = ["index", "plugin", "client", "bin", "worker", "sync-reader"];

export interface Runtime extends RuntimeRef {
  readonly archive: Uint8Array;
}

/** Core with what it depends on, as one archive: the same for every flow. What was built before is kept. */
export async function buildRuntime(): Promise<Runtime> {
  const folder = coreFolder();
  const cache = openBuildCache<KeptRuntime>(() => true);
  const key = JSON.stringify(["runtime", folder, import.meta.url, process.version]);
  const kept = cache?.read(key);
  if (kept !== undefined) return { ...kept, archive: Buffer.from(kept.archive, "base64") };
  const runtime = await archiveCore(folder);
  const archive = Buffer.from(runtime.archive).toString("base64");
  cache?.write(key, { ...runtime, archive }, factsOf(folder));
  return runtime;
}

type KeptRuntime = RuntimeRef & { readonly archive: string };

function factsOf(folder: string): readonly Fact[] {
  const built = readdirSync(join(folder, "dist")).filter((name) => name.endsWith(".js"));
  const paths = [join(folder, "package.json"), ...built.map((name) => join(folder, "dist", name))];
  return [noteFact("names", join(folder, "dist")), ...paths.map((path) => noteFact("file", path))];
}

async function archiveCore(folder: string): Promise<Runtime> {
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const { name, version, exports, engines } = JSON.parse(text) as Record<string, unknown>;
  const manifest = { name, version, type: "module", engines, exports };
  const files: readonly ArchivedFile[] = [
    { path: `${RUNTIME_FOLDER}/package.json`, bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...(await bundleCore(folder)).map(([file, bytes]) => ({ path: `${RUNTIME_FOLDER}/dist/${file}`, bytes })),
  ];
  const archive = await packArchive(files);
  return { archive, sha256: sha256Of(archive), size: archive.length, version: String(version) };
}

async function bundleCore(folder: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [entry, join(folder, "dist", `${entry}.js`)])),
    absWorkingDir: folder,
    outdir: "runtime",
    chunkNames: "c-[hash]",
    write: false,
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "node",
    target: "node22.18",
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "silent",
    // A place bundles nothing: it has the code.
    external: ["esbuild"],
    banner: {
      js: 'import{createRequire as _metaflowRequire}from"node:module";const require=_metaflowRequire(import.meta.url);',
    },
  });
  return outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
}
