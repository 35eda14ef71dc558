import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly isPrivate: boolean;
  /** Names of packages of this workspace that it needs, in any of the dependency fields. */
  readonly workspaceDependencies: readonly string[];
}

interface Manifest {
  name: string;
  private?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** The packages in packages/*, each after those that it depends on. */
export function workspacePackages(root: string): WorkspacePackage[] {
  const found = globSync("packages/*/package.json", { cwd: root }).map((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest;
    return { folder: join(root, file, ".."), manifest };
  });
  const names = new Set(found.map(({ manifest }) => manifest.name));
  const packages = found.map(({ folder, manifest }): WorkspacePackage => {
    const needs = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies };
    const workspaceDependencies = Object.keys(needs).filter((name) => names.has(name));
    return { name: manifest.name, folder, isPrivate: manifest.private === true, workspaceDependencies };
  });
  return inOrder(packages.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function inOrder(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  const ordered = new Set<WorkspacePackage>();
  const open = new Set<WorkspacePackage>();
  const visit = (pkg: WorkspacePackage): void => {
    if (ordered.has(pkg)) return;
    if (open.has(pkg)) throw new Error(`${pkg.name} depends on itself through other packages`);
    open.add(pkg);
    for (const other of packages) if (pkg.workspaceDependencies.includes(other.name)) visit(other);
    ordered.add(pkg);
  };
  for (const pkg of packages) visit(pkg);
  return [...ordered];
}
