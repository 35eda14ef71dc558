import { dirname, join } from "node:path";
import type { PackageFile } from "../../contracts/code-package.js";
import type { EnvironmentContent } from "../../contracts/environment.js";
import { type BuildCache, openBuildCache } from "../build-cache.js";
import { type Fact, noteFact } from "../bundle-facts.js";

/** Files by which package managers say what is installed. */
const LOCKFILES = [
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "node_modules/.package-lock.json",
  "node_modules/.modules.yaml",
];

/** Contents that are larger are not kept. In bytes. */
const LARGEST = 20 * 1000 * 1000;

interface KeptFile extends Omit<PackageFile, "bytes"> {
  /** In base64. */
  readonly content: string;
}

type Kept = Omit<EnvironmentContent, "files"> & { readonly files: readonly KeptFile[] };

/** What an environment collected, with all files that it was made of. */
export interface MadeContent {
  readonly content: EnvironmentContent;
  /** Absolute paths. */
  readonly inputs: readonly string[];
}

/** The content that was kept, if making it again would give the same, or else what `make` makes. */
export async function cachedContent(
  key: string,
  project: string,
  make: () => Promise<MadeContent>,
  cache = openCache(),
): Promise<EnvironmentContent> {
  const kept = cache?.read(key);
  if (kept !== undefined) return { ...kept, files: kept.files.map(fromKept) };
  const { content, inputs } = await make();
  const size = content.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size <= LARGEST) cache?.write(key, { ...content, files: content.files.map(toKept) }, factsOf(inputs, project));
  return content;
}

const openCache = (): BuildCache<Kept> | undefined => openBuildCache<Kept>(() => true);

/** Each file as it is; which files they are is what package managers decide, and whether a manifest says otherwise. */
function factsOf(inputs: readonly string[], project: string): readonly Fact[] {
  const above = ancestors(project).flatMap((folder) => LOCKFILES.map((name) => join(folder, name)));
  const manifests = new Set(inputs.map((path) => join(dirname(path), "package.json")));
  return [...new Set([...inputs, ...manifests, ...above])].map((path) => noteFact("file", path));
}

function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function toKept({ bytes, ...file }: PackageFile): KeptFile {
  return { ...file, content: Buffer.from(bytes).toString("base64") };
}

function fromKept({ content, ...file }: KeptFile): PackageFile {
  return { ...file, bytes: Buffer.from(content, "base64") };
}
