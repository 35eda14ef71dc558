import { relative, sep } from "node:path";
import ignore from "ignore";
import type { ArchivedFile } from "../../code/archive.js";
import type { EnvironmentProject } from "../../contracts/environment.js";
import { findPackage } from "../../registry/find-package.js";
import { projectFiles } from "./project-files.js";

/** What `codePackage` of the config asks for and is not there, each as a sentence for a person. */
export function unmetSettings(
  { folder, settings: { include = [], packages = [] } }: Pick<EnvironmentProject, "folder" | "settings">,
  files: readonly ArchivedFile[],
): readonly string[] {
  const found = projectFiles(folder, { include, suffixes: [], flowFolder: folder });
  const paths = found.map((path) => relative(folder, path).replaceAll(sep, "/"));
  const matchesNothing = (pattern: string): boolean => {
    const matcher = ignore().add(pattern);
    return !pattern.startsWith("!") && !paths.some((path) => matcher.ignores(path));
  };
  // A package that only another one finds comes along without being at the top.
  const isAbsent = (name: string): boolean =>
    findPackage(name, folder) === undefined && !files.some(({ path }) => path.includes(`node_modules/${name}/`));
  return [
    ...include.filter(matchesNothing).map((each) => `codePackage.include: '${each}' matches no file in ${folder}`),
    ...packages.filter(isAbsent).map((name) => `codePackage.packages: '${name}' is not installed in ${folder}`),
  ];
}
