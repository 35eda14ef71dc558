/**
 * Builds every package that has a tsup.config.ts, dependencies first, and skips those whose sources have not changed
 * since their last build. A new `dist` is built beside the old one and replaces it only when it is complete.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type WorkspacePackage, workspacePackages } from "./workspace.ts";

const root = resolve(import.meta.dirname, "..");
const force = process.argv.includes("--force");

/** What decides the output of a build: the sources, the configuration and what the package's own dependencies built to. */
function fingerprint(pkg: WorkspacePackage, upstream: readonly string[]): string {
  const hash = createHash("sha256");
  for (const line of upstream) hash.update(line);
  const files = [
    ...globSync("src/**/*", { cwd: pkg.folder, exclude: (name) => /\.test(-d)?\.ts$/.test(name) }),
    "package.json",
    "tsconfig.json",
    "tsup.config.ts",
    "../../tsconfig.base.json",
    "../../pnpm-lock.yaml",
  ].sort();
  for (const file of files) {
    const path = join(pkg.folder, file);
    if (!existsSync(path) || !/\.\w+$/.test(file)) continue;
    hash.update(`${file}\0`).update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

/** False if the build failed: tsup has said why, and the last good `dist` stays. */
function build(pkg: WorkspacePackage): boolean {
  const fresh = join(pkg.folder, `.dist-${process.pid}`);
  const old = join(pkg.folder, `.dist-${process.pid}-old`);
  const dist = join(pkg.folder, "dist");
  try {
    const started = performance.now();
    const tsup = join(pkg.folder, "node_modules/tsup/dist/cli-default.js");
    const args = [tsup, "--silent", "--out-dir", fresh];
    const { status } = spawnSync(process.execPath, args, { cwd: pkg.folder, stdio: "inherit" });
    if (status !== 0) {
      console.error(`build of ${pkg.name} failed`);
      return false;
    }
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    console.log(`built ${pkg.name} in ${Math.round(performance.now() - started)} ms`);
    return true;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

const prints = new Map<string, string>();
for (const pkg of workspacePackages(root)) {
  if (!existsSync(join(pkg.folder, "tsup.config.ts"))) continue;
  const upstream = pkg.workspaceDependencies.map((name) => prints.get(name) ?? "");
  const print = fingerprint(pkg, upstream);
  prints.set(pkg.name, print);
  const stamp = join(pkg.folder, "node_modules/.cache/build-fingerprint");
  const isFresh = existsSync(join(pkg.folder, "dist")) && existsSync(stamp) && readFileSync(stamp, "utf8") === print;
  if (isFresh && !force) continue;
  rmSync(stamp, { force: true });
  if (!build(pkg)) {
    process.exitCode = 1;
    break;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
}
