const EXAMPLES: Readonly<Record<string, string>> = {
  Flow: "TrainFlow",
  run: "latest",
  step: "train",
  task: "i3",
  artifact: "score",
};

/** `TrainFlow/latest/train` for `Flow/<run>/<step>[/<task>]`: what may be left out is left out, if anything else is there. */
function examplePath(form: string): string {
  const must = form.replace(/\[.*$/, "") || form;
  return must.replace(/[<>[\]]/g, "").replace(/\w+/g, (part) => EXAMPLES[part] ?? part);
}

/** Reading what runs left. Each is one line, so that a wrong path on the command line gets a short answer. */
export const clientErrors = {
  NO_CURRENT_RUN: {
    message: () => "There is no current run: no step is running.",
    fix: () => "Call currentRun() within a step. Elsewhere, createClient() finds runs by their names.",
  },
  PATHSPEC_INVALID: {
    message: (v: { given: string; form: string }) =>
      `'${v.given}' is no path of the form ${v.form}, as in ${examplePath(v.form)}.`,
  },
  NO_SUCH_FLOW: {
    message: (v: { flow: string; root: string; nearest: readonly string[] }) =>
      v.nearest.length === 0
        ? `There is no flow '${v.flow}': nothing has run yet in ${v.root}.`
        : `There is no flow '${v.flow}' in ${v.root}. Nearest: ${v.nearest.join(", ")}.`,
  },
  NOTHING_RUN_YET: {
    message: (v: { root: string }) => `Nothing has run yet in ${v.root}.`,
  },
  FLOW_NOT_NAMED: {
    message: (v: { flows: readonly string[] }) => `A cursor belongs to one flow; name one of ${v.flows.join(", ")}.`,
  },
  NO_RUN_YET: {
    message: (v: { flow: string; root: string; kind: string }) => `Flow ${v.flow} has no ${v.kind} yet in ${v.root}.`,
  },
  NO_SUCH_RUN: {
    message: (v: { flow: string; run: string; nearest: readonly string[] }) =>
      `Flow ${v.flow} has no run '${v.run}'. Nearest: ${v.nearest.join(", ")}.`,
  },
  NO_SUCH_STEP: {
    message: (v: { run: string; step: string; nearest: readonly string[] }) =>
      `Run ${v.run} has no step '${v.step}'. Nearest: ${v.nearest.join(", ")}.`,
  },
  NO_TASK_YET: {
    message: (v: { step: string; status: string }) =>
      `No task of step ${v.step} has started${v.status === "running" ? " yet" : ""}; the run is ${v.status}.`,
  },
  NO_SUCH_TASK: {
    message: (v: { step: string; task: string; nearest: readonly string[] }) =>
      `Step ${v.step} has no task '${v.task}'. Nearest: ${v.nearest.join(", ")}.`,
  },
  NO_SUCH_ATTEMPT: {
    message: (v: { task: string; attempt: number; attempts: readonly number[] }) =>
      `Task ${v.task} has no attempt ${v.attempt}; it has ${v.attempts.join(", ")}.`,
  },
  NO_SUCH_ARTIFACT: {
    message: (v: { task: string; artifact: string; nearest: readonly string[] }) =>
      v.nearest.length === 0
        ? `Task ${v.task} has no artifact '${v.artifact}': it has none at all.`
        : `Task ${v.task} has no artifact '${v.artifact}'. Nearest: ${v.nearest.join(", ")}.`,
  },
  PAGE_CURSOR_INVALID: {
    message: (v: { cursor: string }) => `'${v.cursor}' is no cursor of a page.`,
    fix: () => "Give the cursor that the page before had, as it is; the first page has none.",
  },
  PAGE_LIMIT_INVALID: {
    message: (v: { limit: string }) => `A page cannot have ${v.limit} items at most.`,
    fix: () => "Give a whole number from 1, or no limit.",
  },
} as const;
