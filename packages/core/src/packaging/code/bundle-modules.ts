import { basename, resolve } from "node:path";
import { type BuildFailure, type BuildResult, build, type Message } from "esbuild";
import { errors } from "../../errors/codes.js";
import { isModuleForSure, type ModuleEntry } from "./module-entry.js";
import type { PackageSorter } from "./package-sorter.js";
import { ENTRY, packagesPlugin } from "./packages-plugin.js";
import { type PlacedPackage, placePackages } from "./whole-packages.js";

export interface BundledModules {
  /** Contents by name; they lie in one folder, beside those of packages that come whole. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names of the entries' files, by their ids. Entries in packages that come whole have none. */
  readonly names: ReadonlyMap<string, string>;
  readonly placed: readonly PlacedPackage[];
  /** Absolute paths of what was bundled. */
  readonly inputs: readonly string[];
}

/** Warnings of the bundler about code that it cannot follow. */
const OPAQUE: readonly string[] = ["unsupported-require-call", "indirect-require", "require-resolve-not-external"];

/** CommonJS code asks for `require`, for modules of Node and for packages of the place. */
const BANNER =
  'import{createRequire as _metaflowRequire}from"node:module";const require=_metaflowRequire(import.meta.url);';

/**
 * Bundles modules of npm packages into few files that import each other, so that every module exists once. A package that
 * turns out to be none for that is left out in the next round.
 *
 * @throws PACKAGE_NOT_MADE
 */
export async function bundleModules(entries: readonly ModuleEntry[], sorter: PackageSorter): Promise<BundledModules> {
  for (;;) {
    const placed = placePackages(sorter);
    // Of several places of one package the first is the one that all can see.
    sorter.setPlaces(new Map(placed.map(({ found, path }) => [found.folder, path] as const).toReversed()));
    sorter.takeChanged();
    const bundled = entries.filter(({ path }) => sorter.kindOf(path) !== "whole");
    const outputs = bundled.map(({ id }, k) => [id, `m${k}`] as const);
    const result = await runBundler(bundled, sorter);
    if (result === null || sorter.takeChanged()) continue;
    return {
      files: new Map(result.outputFiles.map(({ path, contents }) => [basename(path), contents])),
      names: new Map(outputs.map(([id, name]) => [id, `${name}.mjs`])),
      placed,
      inputs: Object.keys(result.metafile.inputs)
        .filter((input) => !input.startsWith(ENTRY))
        .map((input) => resolve(sorter.project, input)),
    };
  }
}

type Result = BuildResult<{ write: false; metafile: true }>;

/** Null where the bundler failed, and a package is known now that must be left out. */
async function runBundler(entries: readonly ModuleEntry[], sorter: PackageSorter): Promise<Result | null> {
  try {
    const result = await build({
      entryPoints: entries.map(({ id, path }, k) => ({
        in: needsStub(path, sorter) ? ENTRY + id : path,
        out: `m${k}`,
      })),
      absWorkingDir: sorter.project,
      outdir: "metaflow-modules",
      outExtension: { ".js": ".mjs" },
      chunkNames: "c-[hash]",
      write: false,
      metafile: true,
      bundle: true,
      format: "esm",
      splitting: true,
      platform: "node",
      // None besides Node's: the bundler's own `module` may choose files that Node does not run.
      conditions: [],
      target: "node22.18",
      minifySyntax: true,
      minifyWhitespace: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "silent",
      logOverride: Object.fromEntries(OPAQUE.map((id) => [id, "warning"])),
      banner: { js: BANNER },
      plugins: [packagesPlugin(entries, sorter)],
    });
    leaveOut(
      result.warnings.filter(({ id }) => OPAQUE.includes(id)),
      sorter,
    );
    return result;
  } catch (error) {
    const failure = error as BuildFailure;
    if (failure.errors === undefined) throw error;
    leaveOut(failure.errors, sorter);
    if (sorter.takeChanged()) return null;
    const reason = failure.errors.map(({ text, location }) => `${location?.file ?? "?"}: ${text}`).join("; ");
    throw errors.PACKAGE_NOT_MADE({ reason }, { cause: error });
  }
}

function needsStub(path: string, sorter: PackageSorter): boolean {
  return sorter.kindOf(path) === "installed" || !isModuleForSure(path);
}

function leaveOut(messages: readonly Message[], sorter: PackageSorter): void {
  for (const { location } of messages) {
    if (location !== null) sorter.mark(resolve(sorter.project, location.file), "whole");
  }
}
