import { Refusal } from "./refusal.js";
import type { Names } from "./sample-names.js";
import type { Kind } from "./template.js";

/** What core has by a name that a short name can be, by the list that it belongs to: there nobody gets a plugin's. */
const OF_CORE: Readonly<Record<string, readonly string[]>> = {
  backends: ["pool", "process"],
  cards: ["default"],
  commands: [
    ...["bootstrap", "card", "check", "code", "copy", "deploy", "dump", "exit-hooks", "help", "init", "logs"],
    ...["output-dot", "output-raw", "package", "plugins", "region", "resume", "run", "runs", "show", "status", "step"],
    ...["sync", "tag", "version"],
  ],
  datastores: ["local", "memory"],
  deployers: ["shell"],
  environments: ["npm"],
  metadataProviders: ["datastore"],
  observers: ["json-lines"],
  secrets: ["env-file", "inline"],
};

/** Words that no constant of a module can have for a name, and what the decorator's module calls something else. */
const RESERVED = new Set([
  ...["arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete"],
  ...["do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements"],
  ...["import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public"],
  ...["return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "v", "var", "void"],
  ...["while", "with", "yield"],
]);

/** @throws Refusal where the plugin could not use, or nobody could reach, what goes by its short name */
export function checkFreeNames({ short }: Names, kinds: readonly Kind[]): void {
  const taken = kinds.find(({ list }) => OF_CORE[list]?.includes(short));
  if (taken !== undefined) {
    throw new Refusal(
      `Metaflow itself has a ${taken.name} '${short}', which nobody could take the place of. Choose another name.`,
    );
  }
  if (kinds.some(({ list }) => list === "decorators") && RESERVED.has(short)) {
    throw new Refusal(`A decorator cannot be called '${short}', which is a word of the language. Choose another name.`);
  }
}
