import { flagOption, listOption, type OptionSpec, optionName, textOption } from "./option-spec.js";

/** What every command takes, before or after its name. */
export const globalOptions = {
  datastore: textOption("--datastore <name>", {
    help: "where runs are kept",
    variable: "DATASTORE",
    setting: "datastore",
    fallbackText: "local",
  }),
  datastoreRoot: textOption("--datastore-root <root>", {
    help: "the folder or bucket of the datastore",
    variable: "DATASTORE_ROOT",
    setting: "datastoreRoot",
    fallbackText: "the nearest .metaflow folder",
  }),
  metadata: textOption("--metadata <name>", {
    help: "who keeps the records of runs",
    variable: "METADATA",
    setting: "metadata",
    fallbackText: "datastore",
  }),
  json: flagOption("--json", { help: "print JSON (NDJSON for events) on stdout, everything else on stderr" }),
  with: listOption("--with <decorator>", {
    help: "a decorator for every step that lacks it: retry, or retry:times=4",
  }),
  quiet: flagOption("--quiet", { help: "print results, warnings and errors only", variable: "QUIET" }),
  noColor: flagOption("--no-color", { help: "print without colours; so does NO_COLOR" }),
};

/** Whether the word before a command is an option that the next word belongs to. */
export function takesNextWord(word: string): boolean {
  if (word.includes("=")) return false;
  return Object.values<OptionSpec<unknown>>(globalOptions).some(
    ({ flags }) => flags.includes("<") && word === `--${optionName(flags)}`,
  );
}
