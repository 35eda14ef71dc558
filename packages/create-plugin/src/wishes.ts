import { parseArgs } from "node:util";
import { Refusal } from "./refusal.js";
import type { Kind } from "./template.js";

/** What kind of a plugin somebody wants. */
export interface Wishes {
  /** The npm package's name: `metaflow-acme`, `@acme/metaflow-store`. */
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Default: a folder with the package's name, without its scope. */
  readonly directory: string | undefined;
  /** What `@metaflow-ts/core` is installed from. Default: the registry. */
  readonly core: string | undefined;
}

/** npm's own rules, with lower case only. */
const PACKAGE_NAME = /^(?:@[a-z\d][a-z\d._-]*\/)?[a-z\d][a-z\d._-]*$/;
const MAX_NAME = 214;

/** Wishes of which name and kinds may still be missing. */
export type OpenWishes = { readonly [K in keyof Wishes]: Wishes[K] | undefined };

/** What the command line says; what is left out may be asked for. @throws Refusal */
export function parseWords(words: readonly string[], kinds: readonly Kind[]): OpenWishes | "help" {
  const { values, positionals } = parsed(words, kinds);
  if (values.help === true) return "help";
  const [name, ...others] = positionals;
  if (others.length > 0) throw new Refusal(`One name at a time, please: what is '${others.join(" ")}'?`);
  return {
    name: name === undefined ? undefined : checkName(name),
    kinds: values.kind === undefined ? undefined : findKinds(values.kind, kinds),
    directory: values.directory,
    core: values.core,
  };
}

function parsed(words: readonly string[], kinds: readonly Kind[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        kind: { type: "string", short: "k", multiple: true },
        directory: { type: "string", short: "d" },
        core: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage(kinds)}`);
  }
}

/** @throws Refusal where npm would not take it */
export function checkName(name: string): string {
  if (PACKAGE_NAME.test(name) && name.length <= MAX_NAME) return name;
  throw new Refusal(
    `'${name}' is no name of an npm package. Lower-case letters, digits and '-' are fine: metaflow-acme.`,
  );
}

/** The kinds of these names, each once. @throws Refusal */
export function findKinds(names: readonly string[], kinds: readonly Kind[]): readonly Kind[] {
  const unique = new Set(names.flatMap((name) => name.split(",")).map((name) => name.trim()));
  return [...unique].map((name) => {
    const found = kinds.find((kind) => kind.name === name);
    if (found !== undefined) return found;
    throw new Refusal(`There is no kind '${name}'. These are there: ${kinds.map((kind) => kind.name).join(", ")}.`);
  });
}

export function usage(kinds: readonly Kind[]): string {
  const width = Math.max(...kinds.map(({ name }) => name.length));
  return [
    "Usage: npm create @metaflow-ts/plugin <name> -- --kind <kind> [--kind <kind>] [--directory <folder>]",
    "",
    "Kinds:",
    ...kinds.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`),
  ].join("\n");
}
