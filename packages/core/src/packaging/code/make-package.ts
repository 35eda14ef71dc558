import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { type ArchivedFile, packArchive, sha256Of } from "../../code/archive.js";
import { BUNDLE_NAME, MANIFEST_NAME, MAP_NAME } from "../../code/manifest.js";
import { uniteFiles } from "../../code/package-files.js";
import type { CodeManifest, CodePackageRef, PackageFile } from "../../contracts/code-package.js";
import type { Environment, EnvironmentContent, EnvironmentProject } from "../../contracts/environment.js";
import type { StepNode } from "../../contracts/graph.js";
import { errors } from "../../errors/codes.js";
import type { FlowBundle } from "../flow-bundle.js";
import { projectFiles } from "./project-files.js";
import { buildRuntime, type Runtime } from "./runtime-archive.js";
import { unmetSettings } from "./unmet-settings.js";

/** The Node that core needs; the same as in its package.json. */
const NODE = ">=22.18";

/** Where the user's files lie in a package. */
const FILES = "files";

export interface PackagingRequest {
  readonly environment: Environment;
  readonly bundle: FlowBundle;
  readonly project: EnvironmentProject;
  /** Endings of files in the flow's folder that come along. */
  readonly suffixes: readonly string[];
  /** What decorators add; paths start in the flow's folder. */
  readonly added: readonly PackageFile[];
}

/** A package, ready to be stored. */
export interface CodePackage {
  readonly ref: CodePackageRef;
  readonly archive: Uint8Array;
  readonly files: readonly ArchivedFile[];
}

export interface CodePackages {
  readonly packages: readonly CodePackage[];
  readonly runtime: Runtime;
  /** That made them, and says how a place gets ready for them. */
  readonly environment: Environment;
  /** What the config asks for and is not there, each as a sentence. */
  readonly unmet: readonly string[];
}

/**
 * Makes the code packages of a flow: one, or as many as the environment has for its steps.
 *
 * @throws ENVIRONMENT_REFUSED, PACKAGE_NOT_MADE, PACKAGE_FILE_CONFLICT, PACKAGE_PATH_INVALID
 */
export async function makePackages(request: PackagingRequest): Promise<CodePackages> {
  const { environment, project } = request;
  const steps = Object.values(project.graph.steps);
  await checkSteps(environment, steps, project);
  const runtime = await buildRuntime();
  const groups = [...Map.groupBy(steps, (step) => environment.packageOf?.(step) ?? "").values()];
  const packages: CodePackage[] = [];
  for (const group of groups) {
    const content = await environment.collect(project, group);
    const ofSteps = groups.length === 1 ? null : group.map(({ name }) => name);
    const files = await packageFiles(request, content, runtime, ofSteps);
    const archive = await packArchive(files);
    const { archive: _, ...runtimeRef } = runtime;
    const ref: CodePackageRef = {
      sha256: sha256Of(archive),
      size: archive.length,
      steps: ofSteps,
      environment: environment.name,
      runtime: runtimeRef,
    };
    packages.push({ ref, archive, files });
  }
  const unmet = unmetSettings(
    project,
    packages.flatMap(({ files }) => files),
  );
  return { packages, runtime, environment, unmet };
}

async function checkSteps(
  environment: Environment,
  steps: readonly StepNode[],
  project: EnvironmentProject,
): Promise<void> {
  const asked = steps.map(async (step) => {
    const problem = await environment.check?.(step, project);
    return problem == null ? [] : [`step '${step.name}': ${problem}`];
  });
  const problems = (await Promise.all(asked)).flat();
  if (problems.length > 0) throw errors.ENVIRONMENT_REFUSED({ environment: environment.name, problems });
}

async function packageFiles(
  { environment, bundle, project, suffixes, added }: PackagingRequest,
  content: EnvironmentContent,
  { archive: _, ...runtime }: Runtime,
  steps: CodeManifest["steps"],
): Promise<readonly ArchivedFile[]> {
  const root = rootOf(bundle, project.folder);
  const inFiles = (path: string): string => posix.join(FILES, relative(root, path).replaceAll(sep, "/"));
  const include = project.settings.include ?? [];
  const chosen = projectFiles(project.folder, { include, suffixes, flowFolder: bundle.root });
  const entry = inFiles(bundle.entry);
  const files = uniteFiles([
    { path: BUNDLE_NAME, bytes: Buffer.from(bundle.code), from: "the flow" },
    { path: MAP_NAME, bytes: Buffer.from(bundle.map), from: "the flow" },
    ...chosen.map((path) => ({ path: inFiles(path), bytes: readFileSync(path), from: path })),
    ...added.map((file) => ({ ...file, path: `${posix.dirname(entry)}/${file.path}` })),
    ...content.files,
  ]);
  const manifest: CodeManifest = {
    format: 1,
    flow: project.graph.flow,
    steps,
    code: bundle.sha256,
    entry,
    node: NODE,
    environment: environment.name,
    runtime,
    modules: content.modules,
    plugins: content.plugins,
    provider: content.provider,
    installs: content.installs,
    files: Object.fromEntries(files.map(({ path, bytes }) => [path, sha256Of(bytes)])),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return [{ path: MANIFEST_NAME, bytes: Buffer.from(text) }, ...files];
}

/** The folder in which all files of the user's lie, those of other packages of a workspace among them. */
function rootOf({ map, root, entry }: FlowBundle, project: string): string {
  const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
  const files = [entry, ...sources.filter((name) => !name.startsWith("<")).map((name) => resolve(root, name))];
  let folder = project;
  while (!files.every((file) => file.startsWith(folder + sep)) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** The folder of the project that a flow belongs to: the nearest one above it with a package.json. */
export function projectFolder(flowFile: string): string {
  const start = dirname(flowFile);
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (existsSync(join(folder, ".git"))) break;
  }
  return start;
}

/** What a package is mostly made of: its largest files, largest first. */
export function largestFiles(files: readonly ArchivedFile[], count: number): readonly ArchivedFile[] {
  return files.toSorted((a, b) => b.bytes.length - a.bytes.length).slice(0, count);
}
