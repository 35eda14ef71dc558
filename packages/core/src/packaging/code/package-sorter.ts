import type { CodePackageSettings } from "../../contracts/environment.js";
import { type OwningPackage, owningPackage } from "../module-ids.js";
import { isNative } from "./package-manifest.js";

/**
 * How a package comes along: `bundled` with others into few small files; `whole`, as it is installed, because it reads
 * files beside its own or cannot be bundled; or not at all, because the place has to have it (`installed`).
 */
export type PackageKind = "bundled" | "whole" | "installed";

/** Says how each package comes along. What has to be known for it comes to light while packages are bundled. */
export class PackageSorter {
  /** The folder of the user's project, which is no package, whatever its package.json says. */
  readonly project: string;
  readonly #settings: CodePackageSettings;
  readonly #packages = new Map<string, { readonly found: OwningPackage; readonly kind: PackageKind }>();
  #places: ReadonlyMap<string, string> = new Map();
  #changed = false;

  constructor(project: string, settings: CodePackageSettings) {
    this.project = project;
    this.#settings = settings;
  }

  /** The package that a file belongs to; none for files of the project. */
  packageOf(path: string): OwningPackage | undefined {
    const found = owningPackage(path);
    return found === undefined || `${this.project}/`.startsWith(`${found.folder}/`) ? undefined : found;
  }

  kindOf(path: string): PackageKind {
    const found = this.packageOf(path);
    return found === undefined ? "bundled" : this.sort(found);
  }

  sort(found: OwningPackage): PackageKind {
    const known = this.#packages.get(found.folder)?.kind;
    if (known !== undefined) return known;
    const { packages = [], installed = [] } = this.#settings;
    const isInstalled = installed.includes(found.name) || isNative(found.folder);
    return this.#set(found, isInstalled ? "installed" : packages.includes(found.name) ? "whole" : "bundled");
  }

  /** Says that a file's package cannot be bundled. */
  mark(path: string, kind: Exclude<PackageKind, "bundled">): void {
    const found = this.packageOf(path);
    if (found === undefined || this.sort(found) !== "bundled") return;
    this.#set(found, kind);
    this.#changed = true;
  }

  /** True once after something was marked: what was bundled in the belief that nothing would be, is of no use. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** All packages of a kind so far, in the order of their names and versions. */
  all(kind: PackageKind): readonly OwningPackage[] {
    const key = ({ name, version }: OwningPackage) => `${name}@${version}`;
    return [...this.#packages.values()]
      .flatMap((each) => (each.kind === kind ? [each.found] : []))
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Where packages that come whole lie: paths in the `node_modules` of the code package, by their folders. */
  setPlaces(places: ReadonlyMap<string, string>): void {
    this.#places = places;
  }

  /** The path of a file whose package comes whole. */
  placeOf(path: string): string {
    const found = this.packageOf(path);
    const place = found && this.#places.get(found.folder);
    if (found === undefined || place === undefined) return path;
    return `${place}${path.slice(found.folder.length).replaceAll("\\", "/")}`;
  }

  #set(found: OwningPackage, kind: PackageKind): PackageKind {
    this.#packages.set(found.folder, { found, kind });
    return kind;
  }
}
