/** The names under which a plugin's parts go. */
export interface Names {
  /** The npm package: `@acme/metaflow-big-store`. */
  readonly package: string;
  /** The short name, for `--with` and the like: `big-store`. */
  readonly short: string;
}

/** The short name is the package's without its scope and without what says that it is about Metaflow. */
export function namesOf(name: string): Names {
  const bare = name.replace(/^@[^/]+\//, "").replace(/[._]/g, "-");
  const short = bare.replace(/^metaflow-(?:ts-)?(?:plugin-)?/, "").replace(/-?metaflow(?:-plugin)?$/, "");
  const usable = short.replace(/^[-\d]+|-+$/g, "");
  return { package: name, short: usable === "" ? "plugin" : usable };
}

/**
 * Puts a plugin's names in the place of the template's: `metaflow-acme-name`, `acme-name`, `acmeName`, `AcmeName`,
 * `ACME_NAME`. The template is valid code with them, so that it is checked like any other.
 */
export function withNames(text: string, names: Names): string {
  const camel = names.short.replace(/-+([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  const pascal = camel.charAt(0).toUpperCase() + camel.slice(1);
  return text
    .replaceAll("metaflow-acme-name", names.package)
    .replaceAll("acme-name", names.short)
    .replaceAll("acmeName", camel)
    .replaceAll("AcmeName", pascal)
    .replaceAll("ACME_NAME", names.short.toUpperCase().replaceAll("-", "_"));
}
