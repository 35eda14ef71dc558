import { type FlowReference, parseFlowReference } from "./flow-reference.js";
import { takesNextWord } from "./global-options.js";

/** `metaflow [options] [flow file] [options] [command] [everything else]` */
export interface ScannedArguments {
  readonly flow: FlowReference | null;
  readonly command: string | null;
  /** What the command's own parser gets: the words before its name and the words after it. */
  readonly rest: readonly string[];
}

/** Finds the flow's file and the command among the words; what options there are depends on both. */
export function scanArguments(words: readonly string[]): ScannedArguments {
  const rest: string[] = [];
  let flow: FlowReference | null = null;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word.startsWith("-")) {
      rest.push(word);
      if (takesNextWord(word) && i + 1 < words.length) rest.push(words[++i] ?? "");
      continue;
    }
    const reference: FlowReference | null = flow === null ? parseFlowReference(word) : null;
    if (reference === null) return { flow, command: word, rest: [...rest, ...words.slice(i + 1)] };
    flow = reference;
  }
  return { flow, command: null, rest };
}

export function asksForHelp(words: readonly string[]): boolean {
  return words.includes("--help") || words.includes("-h");
}
