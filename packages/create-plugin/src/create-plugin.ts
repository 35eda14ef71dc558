import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Refusal } from "./refusal.js";
import { type Names, namesOf, withNames } from "./sample-names.js";
import { checkFreeNames } from "./taken-names.js";
import { baseFiles, type Kind, kindFiles, type TemplateFile } from "./template.js";
import type { Wishes } from "./wishes.js";

export interface CreatedPlugin {
  /** Absolute. */
  readonly folder: string;
  /** From the folder, sorted. */
  readonly files: readonly string[];
}

/** Files that a new repository may have before. */
const HARMLESS = new Set([".git", ".gitignore", ".idea", ".vscode", "LICENSE", "README.md"]);

/**
 * Writes the plugin's files. Files that are there stay as they are.
 *
 * @throws Refusal where the folder holds something else already, or the name cannot be used
 */
export function createPlugin(wishes: Wishes, from: string): CreatedPlugin {
  const names = namesOf(wishes.name);
  checkFreeNames(names, wishes.kinds);
  const folder = resolve(from, wishes.directory ?? wishes.name.replace(/^@[^/]+\//, ""));
  checkFree(folder);
  const files = pluginFiles(wishes, names);
  const written = files.filter(({ path }) => !existsSync(join(folder, path)));
  for (const { path, text } of written) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag: "wx" });
  }
  return { folder, files: written.map(({ path }) => path).toSorted() };
}

function checkFree(folder: string): void {
  if (!existsSync(folder)) return;
  const found = readdirSync(folder).filter((name) => !HARMLESS.has(name));
  if (found.length === 0) return;
  throw new Refusal(`${folder} is not empty: it has ${found.slice(0, 3).join(", ")}. Give another --directory.`);
}

function pluginFiles(wishes: Wishes, names: Names): readonly TemplateFile[] {
  const { kinds } = wishes;
  const fixed = [...baseFiles(), ...kinds.flatMap(kindFiles)].map(({ path, text }) => {
    // Under their own names npm and other tools would take them for files of this package.
    if (path === "manifest.json") return { path: "package.json", text: manifest(text, wishes) };
    return { path: path === "gitignore" ? ".gitignore" : path, text };
  });
  const made = [
    { path: "src/plugin.ts", text: pluginModule(kinds) },
    { path: "src/index.ts", text: indexModule(kinds) },
  ];
  return [...fixed, ...made].map(({ path, text }) => ({ path: withNames(path, names), text: withNames(text, names) }));
}

/** The template's package.json with what the kinds provide and need. */
function manifest(text: string, { kinds, core }: Wishes): string {
  const base = JSON.parse(text) as Record<string, Record<string, unknown>>;
  const provided = lists(kinds).map(([list, own]) => [list, own.flatMap(({ provides }) => provides)]);
  const needed = kinds.map(({ dependencies }) => dependencies ?? {});
  const { metaflow, devDependencies, peerDependencies, dependencies, ...rest } = base;
  const range = { "@metaflow-ts/core": `^${ownVersion()}` };
  const all = {
    ...rest,
    metaflow: { ...metaflow, ...Object.fromEntries(provided) },
    dependencies: Object.assign({}, dependencies, ...needed) as Record<string, unknown>,
    peerDependencies: { ...peerDependencies, ...range },
    devDependencies: { ...(core === undefined ? range : { "@metaflow-ts/core": core }), ...devDependencies },
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** Core and this package are published together, under one version. */
function ownVersion(): string {
  const text = readFileSync(join(import.meta.dirname, "../package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** The kinds by their lists. */
function lists(kinds: readonly Kind[]): readonly (readonly [string, readonly Kind[]])[] {
  return [...new Set(kinds.map(({ list }) => list))].map((list) => [list, kinds.filter((kind) => kind.list === list)]);
}

function pluginModule(kinds: readonly Kind[]): string {
  const imports = kinds.map((kind) => `import { ${kind.imports} } from "./${kind.module}.js";`).toSorted(byModule);
  const contributions = lists(kinds).map(
    ([list, own]) => `  ${list}: [${own.map(({ contribution }) => contribution).join(", ")}],`,
  );
  return `import { definePlugin } from "@metaflow-ts/core/plugin";
${imports.join("\n")}

/** What the package adds to Metaflow; package.json lists the same names. */
export default definePlugin({
  name: "metaflow-acme-name",
${contributions.join("\n")}
});
`;
}

function indexModule(kinds: readonly Kind[]): string {
  const exported = kinds.flatMap((kind) =>
    kind.exports === undefined ? [] : [`export { ${kind.exports} } from "./${kind.module}.js";`],
  );
  const lines = exported.length === 0 ? [`export { default } from "./plugin.js";`] : exported.toSorted(byModule);
  return `/** What authors of flows import. */\n${lines.join("\n")}\n`;
}

/** As tools sort them: by the module that they come from. */
function byModule(a: string, b: string): number {
  const [left = "", right = ""] = [a, b].map((line) => line.slice(line.lastIndexOf(" from ")));
  return left < right ? -1 : 1;
}
