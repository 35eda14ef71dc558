import { availableParallelism } from "node:os";
import { choiceOption, integerOption, listOption, textOption } from "./option-spec.js";
import { codePackageOption, packageOptions } from "./package-options.js";

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** How many tasks run at once where nobody says: as many as the machine can. */
export const maxWorkersOption = integerOption("--max-workers <n>", {
  help: "tasks that run at the same time",
  variable: "MAX_WORKERS",
  setting: "maxWorkers",
  min: 1,
  fallback: availableParallelism(),
});

export const maxNumSplitsOption = integerOption("--max-num-splits <n>", {
  help: "items that one foreach may have",
  variable: "MAX_NUM_SPLITS",
  setting: "maxNumSplits",
  min: 1,
  fallback: 1000,
});

export const maxLogSizeOption = integerOption("--max-log-size <megabytes>", {
  help: "megabytes that are kept of each stream of a task's output",
  variable: "MAX_LOG_SIZE",
  setting: "maxLogSize",
  min: 1,
  fallback: 10,
});

const isolationOption = choiceOption("--isolation <kind>", {
  help: "where tasks run: in warm workers (pool), or in a new process each (process)",
  variable: "ISOLATION",
  setting: "isolation",
  choices: ["pool", "process"],
  fallback: "pool",
});

const backendOption = textOption("--backend <name>", {
  help: "where steps run that do not say it themselves",
  variable: "BACKEND",
  setting: "backend",
  fallbackText: "what --isolation says",
});

const tagOption = listOption("--tag <tag>", {
  help: "a tag of the run",
  variable: "TAG",
  setting: "tags",
});

const observerOption = listOption("--observer <name>", {
  help: "an observer that is told what happens",
  variable: "OBSERVERS",
  setting: "observe",
});

/** What `run` and `resume` have in common. */
export const runOptions = {
  maxWorkers: maxWorkersOption,
  maxNumSplits: maxNumSplitsOption,
  maxLogSize: maxLogSizeOption,
  isolation: isolationOption,
  backend: backendOption,
  tags: tagOption,
  observers: observerOption,
  runIdFile: textOption("--run-id-file <path>", {
    help: "where to write the run's id before its first task starts",
    variable: "RUN_ID_FILE",
  }),
  codePackage: codePackageOption,
  ...packageOptions,
};

/** Megabytes as the command line has them, as bytes. */
export function logBytes(megabytes: number): number {
  return megabytes * BYTES_PER_MEGABYTE;
}
