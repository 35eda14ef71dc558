/** Packs every public package as it would be published and runs publint and "are the types wrong" on the tarball. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { type WorkspacePackage, workspacePackages } from "./workspace.ts";

const root = resolve(import.meta.dirname, "..");

/** The pnpm that started this script, or the one in PATH. */
function pnpm(args: readonly string[], cwd: string): string {
  const started = process.env.npm_execpath;
  const [file, first] = started && /\.[cm]?js$/.test(started) ? [process.execPath, [started]] : [started ?? "pnpm", []];
  return execFileSync(file, [...first, ...args], { cwd, encoding: "utf8" });
}

async function check(pkg: WorkspacePackage, folder: string): Promise<boolean> {
  const packed = JSON.parse(pnpm(["pack", "--json", "--pack-destination", folder], pkg.folder)) as { filename: string };
  const tarball = resolve(folder, packed.filename);
  const content = readFileSync(tarball);
  const buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);

  const manifest = JSON.parse(readFileSync(join(pkg.folder, "package.json"), "utf8")) as Record<string, unknown>;
  const { messages } = await publint({ pack: { tarball: buffer }, level: "warning", strict: true });
  for (const message of messages) console.error(`publint: ${formatMessage(message, manifest)}`);

  const attw = join(root, "node_modules/.bin/attw");
  const types = spawnSync(attw, [tarball, "--profile", "esm-only", "--format", "ascii"], { encoding: "utf8" });
  if (types.status !== 0) console.error(types.stdout + types.stderr);

  const ok = messages.length === 0 && types.status === 0;
  console.log(`${ok ? "ok    " : "FAILED"} ${pkg.name} ${Math.round(content.byteLength / 1024)} KiB packed`);
  return ok;
}

const folder = mkdtempSync(join(tmpdir(), "metaflow-pack-"));
try {
  for (const pkg of workspacePackages(root)) {
    if (!pkg.isPrivate && !(await check(pkg, folder))) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
