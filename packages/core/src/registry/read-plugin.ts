import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { ContributionKind } from "../contracts/contribution-kind.js";
import type {
  InstalledPeer,
  InstalledPlugin,
  PluginProblem,
  Provision,
  Provisions,
} from "../contracts/installed-plugin.js";
import { findPackage } from "./find-package.js";
import { KINDS } from "./kinds.js";
import { resolveEntry } from "./resolve-entry.js";

/** A package.json. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The version of the plugin contract that this copy of core speaks. */
export const PLUGIN_CONTRACT = 1;

const FIELDS: readonly string[] = ["contract", "plugin", ...KINDS];

/** Says why a declaration cannot be used. */
class Invalid extends Error {}

/**
 * What a package's package.json says about it as a plugin; undefined where it is none. What is wrong with it is part of
 * the answer.
 *
 * @param project the folder of the project that uses it: its peers may lie there
 */
export function readPlugin(folder: string, text: string, project: string): InstalledPlugin | undefined {
  // Most packages are no plugins: looking costs much less than parsing.
  if (!text.includes('"metaflow"')) return undefined;
  const nameless = { package: basename(folder), version: "", folder, entry: pathToFileURL(folder).href };
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {
    return { ...nameless, provides: {}, problem: { kind: "declaration", reason: "it is no JSON" } };
  }
  const { name, version, metaflow } = manifest;
  if (metaflow === undefined) return undefined;
  const base = {
    ...nameless,
    package: typeof name === "string" ? name : nameless.package,
    version: typeof version === "string" ? version : "",
  };
  try {
    const declared = asObject(metaflow, "metaflow");
    const entry = pathToFileURL(entryOf(folder, manifest, declared)).href;
    const peers = peersOf(folder, manifest, project);
    const found = peers.flatMap(({ folder, ...peer }) => (folder === undefined ? [] : [{ ...peer, folder }]));
    const problem = problemOf(declared, peers);
    const unknown = Object.keys(declared).filter((field) => !FIELDS.includes(field));
    return {
      ...base,
      ...{ entry, provides: providesOf(declared), problem },
      ...(found.length > 0 && { peers: found }),
      ...(unknown.length > 0 && { unknownFields: unknown }),
    };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { ...base, provides: lenient(metaflow), problem: { kind: "declaration", reason: error.message } };
  }
}

interface Peer extends Omit<InstalledPeer, "folder"> {
  /** Undefined where it is not installed. */
  readonly folder: string | undefined;
}

/** Those that it cannot do without. */
function peersOf(folder: string, manifest: Manifest, project: string): readonly Peer[] {
  const optional = asObject(manifest.peerDependenciesMeta ?? {}, "peerDependenciesMeta");
  const peers = Object.entries(asObject(manifest.peerDependencies ?? {}, "peerDependencies"));
  const needed = peers.filter(([peer]) => (optional[peer] as Manifest | undefined)?.optional !== true);
  return needed.map(([name, range]) => ({
    name,
    range: String(range),
    folder: findPackage(name, folder) ?? findPackage(name, project),
  }));
}

function problemOf(declared: Manifest, peers: readonly Peer[]): PluginProblem | null {
  const { contract } = declared;
  if (typeof contract !== "number") throw new Invalid("metaflow.contract is no number");
  if (contract !== PLUGIN_CONTRACT) return { kind: "contract", contract };
  const missing = peers.flatMap(({ name, folder }) => (folder === undefined ? [name] : []));
  return missing.length === 0 ? null : { kind: "peers", missing };
}

function entryOf(folder: string, manifest: Manifest, { plugin = "." }: Manifest): string {
  if (typeof plugin !== "string") throw new Invalid("metaflow.plugin is no path");
  const entry = resolveEntry(folder, manifest, plugin);
  if (entry === undefined) throw new Invalid(`metaflow.plugin names '${plugin}', which the package does not have`);
  return entry;
}

function providesOf(declared: Manifest): Provisions {
  return provisionsBy((kind) => listOf(declared, kind).map((each) => provisionOf(kind, each)));
}

function provisionsBy(read: (kind: ContributionKind) => readonly Provision<ContributionKind>[]): Provisions {
  const lists = KINDS.map((kind) => [kind, read(kind)] as const);
  return Object.fromEntries(lists.filter(([, list]) => list.length > 0));
}

/** What of a broken declaration can be read: whoever asks for such a name is told about the package. */
function lenient(metaflow: unknown): Provisions {
  const whole = attempt(() => asObject(metaflow, "metaflow")) ?? {};
  return provisionsBy((kind) =>
    (attempt(() => listOf(whole, kind)) ?? []).flatMap((each) => attempt(() => provisionOf(kind, each)) ?? []),
  );
}

/** Undefined where it is Invalid. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Invalid) return undefined;
    throw error;
  }
}

function provisionOf<K extends ContributionKind>(kind: K, value: unknown): Provision<ContributionKind> {
  if (kind === "datastores") return datastoreOf(value);
  if (kind === "commands") return commandOf(value);
  if (typeof value === "string" && value !== "") return { name: value };
  throw new Invalid(`metaflow.${kind} holds something else than names`);
}

/** `"s3"`, or `{"name": "gcs", "scheme": "gs"}` where the scheme is another or, with null, there is none. */
function datastoreOf(value: unknown): Provision<"datastores"> {
  if (typeof value === "string" && value !== "") return { name: value, scheme: value };
  const { name, scheme = name } = asObject(value, "metaflow.datastores");
  if (typeof name === "string" && (typeof scheme === "string" || scheme === null)) return { name, scheme };
  throw new Invalid("metaflow.datastores holds something else than names, or names with schemes");
}

/** `{"name": "acme", "summary": "compile and deploy the flow"}`: the list of commands shows it without an import. */
function commandOf(value: unknown): Provision<"commands"> {
  const { name, summary } = asObject(value, "an item of metaflow.commands");
  if (typeof name === "string" && name !== "" && typeof summary === "string") return { name, summary };
  throw new Invalid("metaflow.commands holds something else than names with summaries");
}

function listOf(declared: Manifest, field: string): readonly unknown[] {
  const value = declared[field] ?? [];
  if (Array.isArray(value)) return value;
  throw new Invalid(`metaflow.${field} is no list`);
}

function asObject(value: unknown, field: string): Manifest {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Manifest;
  throw new Invalid(`${field} is no object`);
}
