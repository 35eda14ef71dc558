import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is looked at in a package.json. */
export interface PackageManifest {
  readonly type?: unknown;
  readonly version?: unknown;
  readonly cpu?: unknown;
  readonly napi?: unknown;
  readonly gypfile?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export function readManifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageManifest;
}

/** Packages by which others find or build their native part. */
const NATIVE_HELPERS = [
  "bindings",
  "node-gyp-build",
  "node-gyp-build-optional-packages",
  "node-pre-gyp",
  "@mapbox/node-pre-gyp",
  "prebuild-install",
  "node-addon-api",
  "nan",
];

/** A package of which there is one for each system: `@esbuild/linux-x64`. */
const FOR_A_SYSTEM = /(?:linux|darwin|win32|freebsd|android)[-_]/;

/** Whether a package has parts that are made for one kind of machine. */
export function isNative(folder: string): boolean {
  const { cpu, napi, gypfile, dependencies = {}, optionalDependencies = {} } = readManifest(folder);
  if (cpu !== undefined || napi !== undefined || gypfile === true) return true;
  if (existsSync(join(folder, "binding.gyp"))) return true;
  if (NATIVE_HELPERS.some((name) => name in dependencies || name in optionalDependencies)) return true;
  return Object.keys(optionalDependencies).some((name) => FOR_A_SYSTEM.test(name));
}
