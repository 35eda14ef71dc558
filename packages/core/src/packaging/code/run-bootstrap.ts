import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type UnpackedPackage, unpackPackage } from "../../code/unpack-package.js";
import { CODE_VARIABLE, type Environment, PROVIDER_VARIABLE } from "../../config/env.js";
import { readProfile } from "../../config/profile.js";
import { settingsOf } from "../../config/settings.js";
import type { CodeManifest } from "../../contracts/code-package.js";
import type { DatastoreProvider } from "../../contracts/datastore-provider.js";
import { createBlobStore } from "../../datastore/blob-store.js";
import { builtinProviders } from "../../datastore/builtin-providers.js";
import { openDatastore } from "../../datastore/open-datastore.js";
import { providerIn } from "../../datastore/provider-module.js";
import { errors } from "../../errors/codes.js";
import { findPackage } from "../../registry/find-package.js";
import { RUNTIME_FOLDER } from "./core-folder.js";
import { readManifest } from "./package-manifest.js";

/** Below the working folder. */
const HOME = ".metaflow-code";

/** What the process does next. */
export interface ReadyPlace {
  /** The program that runs the words. */
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes this place ready for a command of Metaflow: opens the datastore, fetches and checks the code package, unpacks it.
 *
 * @param words `--datastore local --datastore-root /runs --code <sha256> -- step Flow/run/start/0`
 * @param module what the program was built with to open datastores that core does not know
 * @param environment the process's own, with the `METAFLOW_*` values of the place
 * @throws PACKAGE_CORRUPT, PACKAGE_NODE_TOO_OLD, PACKAGE_INSTALLS_MISSING, and what the datastore throws
 */
export async function prepareBootstrap(
  words: readonly string[],
  module: unknown,
  environment: Environment,
): Promise<ReadyPlace> {
  const text = { type: "string" } as const;
  const options = { datastore: text, "datastore-root": text, code: text, home: text };
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const { datastore: name = "", "datastore-root": root = "", code = "", home = HOME } = values;
  const settings = settingsOf(environment, readProfile(environment));
  const datastore = await openDatastore({ name, root, settings }, [...providersIn(module, name), ...builtinProviders]);
  const unpacked = await unpackPackage(createBlobStore(datastore).get, code, home);
  const { place, folder, manifest } = unpacked;
  checkNode(manifest);
  checkInstalls(unpacked);
  const provider = manifest.provider === null ? undefined : pathToFileURL(join(folder, manifest.provider)).href;
  return {
    program: join(place, RUNTIME_FOLDER, "dist", "bin.js"),
    words: [...positionals, "--datastore", name, "--datastore-root", root],
    cwd: join(folder, dirname(manifest.entry)),
    variables: { [CODE_VARIABLE]: folder, ...(provider !== undefined && { [PROVIDER_VARIABLE]: provider }) },
  };
}

function providersIn(module: unknown, name: string): readonly DatastoreProvider[] {
  const found = providerIn(module, name);
  return found === undefined ? [] : [found];
}

function checkNode({ node }: CodeManifest): void {
  const [major = 0, minor = 0] = node.replace(/^\D+/, "").split(".").map(Number);
  const [hereMajor = 0, hereMinor = 0] = process.versions.node.split(".").map(Number);
  if (hereMajor > major || (hereMajor === major && hereMinor >= minor)) return;
  throw errors.PACKAGE_NODE_TOO_OLD({ needed: node, found: process.versions.node });
}

/** Exactly the versions that the run was started with: another one may compute something else. */
function checkInstalls({ folder, manifest: { installs, entry } }: UnpackedPackage): void {
  const from = join(folder, dirname(entry));
  const missing = Object.entries(installs).flatMap(([name, version]) => {
    const found = findPackage(name, from);
    const here = found === undefined ? null : readManifest(found).version;
    if (here === version) return [];
    return [`${name}@${version}${here === null ? "" : ` (here is ${String(here)})`}`];
  });
  if (missing.length > 0) throw errors.PACKAGE_INSTALLS_MISSING({ missing, folder });
}
