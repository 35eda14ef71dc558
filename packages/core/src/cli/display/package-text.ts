import { type CodePackage, largestFiles } from "../../packaging/code/make-package.js";

/** Above this a package is worth a word: each place fetches it. In bytes. */
const LARGE = 20 * 1000 * 1000;

const SHOWN = 5;

/** What is said of a package that is large: what it is made of. */
export function packageNotes({ ref, files }: CodePackage): readonly string[] {
  if (ref.size <= LARGE) return [];
  return [
    `Warning: the code package has ${sizeText(ref.size)}; every place where tasks run fetches it. Its largest files:`,
    ...largestFiles(files, SHOWN).map(({ path, bytes }) => `  ${sizeText(bytes.length).padStart(9)}  ${path}`),
    "  Leave files out with .metaflowignore or `codePackage` in metaflow.config.ts.",
  ];
}

/** Bytes for a person: `1.5 MB`. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`;
}
