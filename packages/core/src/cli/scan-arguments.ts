import { commands } from "./command-table.js";
import { type FlowReference, parseFlowReference } from "./flow-reference.js";
import { globalOptions, takesNextWord } from "./global-options.js";
import { optionName } from "./option-spec.js";

/** `metaflow [options] [flow file] [options] [command] [everything else]` */
export interface ScannedArguments {
  readonly flow: FlowReference | null;
  readonly command: string | null;
  /** What the command's own parser gets: the words before its name and the words after it, `--with` by what counts more. */
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
      const isOfDecorator = flow !== null && mayHaveValue(word, words.slice(i + 1));
      if ((isOfDecorator || takesNextWord(word)) && i + 1 < words.length) rest.push(words[++i] ?? "");
      continue;
    }
    const reference: FlowReference | null = flow === null ? parseFlowReference(word) : null;
    if (reference === null) return { flow, command: word, rest: joinLevels(rest, words.slice(i + 1)) };
    flow = reference;
  }
  return { flow, command: null, rest };
}

const WITH = `--${optionName(globalOptions.with.flags)}`;

/**
 * The words before a command's name and those after it. Of an option the last counts, and of `--with` the first, so those
 * before the name come after the command's own: what stands nearer to the command counts more.
 */
function joinLevels(before: readonly string[], after: readonly string[]): readonly string[] {
  const options = after.includes("--") ? after.slice(0, after.indexOf("--")) : after;
  const last = options.findLastIndex(isWith);
  if (last < 0) return [...before, ...after];
  const end = last + (options[last] === WITH ? 2 : 1);
  const isOfWith = before.map((word, k) => isWith(word) || before[k - 1] === WITH);
  return [
    ...before.filter((_, k) => !isOfWith[k]),
    ...after.slice(0, end),
    ...before.filter((_, k) => isOfWith[k]),
    ...after.slice(end),
  ];
}

function isWith(word: string): boolean {
  return word === WITH || word.startsWith(`${WITH}=`);
}

/**
 * Whether the next word is the value of an option that is none of metaflow's own: it may be one of the flow's
 * decorators, and only the flow knows which those are. It is the value where something that can be a command comes after
 * it, unless it is a command itself.
 */
function mayHaveValue(option: string, [next = "-", after = "-", ...later]: readonly string[]): boolean {
  if (!option.startsWith("--") || option.includes("=") || next.startsWith("-") || OWN.has(option)) return false;
  return isCommand(next) ? isCommand(after) : !after.startsWith("-") || later.some(isCommand);
}

function isCommand(word: string): boolean {
  return commands.some(({ name }) => name === word);
}

/** Options of every command, with their dashes. */
const OWN: ReadonlySet<string> = new Set([
  "--help",
  "--version",
  ...Object.values(globalOptions).map(({ flags }) => `--${optionName(flags)}`),
]);

export function asksForHelp(words: readonly string[]): boolean {
  return words.includes("--help") || words.includes("-h");
}
