/** Running steps: what a task, a run or a region can meet. */
export const runErrors = {
  ARTIFACT_ABSENT: {
    message: (v: { artifact: string; step: string; join: string | null }) =>
      `There is no artifact '${v.artifact}' in step '${v.step}'.`,
    fix: (v: { artifact: string; step: string; join: string | null }) => {
      if (v.join === null) return `Assign this.${v.artifact} in an earlier step, or ask with "${v.artifact}" in this.`;
      const inputs = v.join === v.step ? `, or read it from an input, as in inputs[0].${v.artifact}` : "";
      return `Join '${v.join}' passes on only what it assigns or merges: assign this.${v.artifact} there, or call this.mergeArtifacts(inputs) there for what all inputs agree on${inputs}.`;
    },
    // The join was done, and is taken over unless it is named.
    resume: (v: { step: string; join: string | null }) => (v.join === null || v.join === v.step ? [] : [v.join]),
  },
  ARTIFACT_NAME_TAKEN: {
    message: (v: { name: string }) => `this.${v.name} is a method of the flow and cannot be assigned.`,
    fix: () => "Keep the value in a field of another name.",
  },
  PARAMETER_READONLY: {
    message: (v: { parameter: string }) => `Parameter '${v.parameter}' cannot be assigned.`,
    fix: () => "Keep the changed value in another field.",
  },
  INPUT_READONLY: {
    message: (v: { artifact: string }) => `An input's artifact '${v.artifact}' cannot be assigned or deleted.`,
    fix: () => "Assign to a field of this instead.",
  },
  NEXT_MISSING: {
    message: (v: { step: string }) => `Step '${v.step}' ended without reaching its this.next(...).`,
    fix: () => "Do not return before the last statement, and do not swallow an error on the way to it.",
  },
  NEXT_TWICE: {
    message: (v: { step: string }) => `Step '${v.step}' called this.next(...) more than once.`,
  },
  NEXT_UNEXPECTED: {
    message: (v: { step: string; expected: string; actual: string }) =>
      `Step '${v.step}' was expected to go to ${v.expected}, but this.next(...) was called with ${v.actual}.`,
    fix: () => "Name the targets in this.next(...) itself; the graph is read from the source before the flow runs.",
  },
  FOREACH_NOT_ITERABLE: {
    message: (v: { artifact: string; step: string; actual: string }) =>
      `The foreach of step '${v.step}' goes over '${v.artifact}', which is ${v.actual} and has no items.`,
    fix: () =>
      "Give an array, a Set, a Map or another iterable that can be stored; of an object, take Object.entries().",
  },
  FOREACH_EMPTY: {
    message: (v: { artifact: string; step: string }) =>
      `The foreach of step '${v.step}' goes over '${v.artifact}', which is empty.`,
    fix: () => "Lead around the foreach with a switch when there is nothing to do.",
  },
  FOREACH_TOO_WIDE: {
    message: (v: { artifact: string; step: string; splits: number; limit: number }) =>
      `The foreach of step '${v.step}' over '${v.artifact}' has ${v.splits} items, more than the limit of ${v.limit}.`,
    fix: (v: { splits: number }) => `Raise the limit with --max-num-splits ${v.splits}.`,
    resume: (v: { splits: number }) => ["--max-num-splits", String(v.splits)],
  },
  SWITCH_NO_CASE: {
    message: (v: { step: string; condition: string; value: string; cases: readonly string[] }) =>
      `The switch of step '${v.step}' has no case for ${v.condition} = ${v.value}; its cases are ${v.cases.join(", ")}.`,
    fix: () => "Add the case, or a fallback: this.next({ … }, { condition, default: this.other }).",
  },
  LOOP_LIMIT_REACHED: {
    message: (v: { step: string; head: string; limit: number }) =>
      `The loop that '${v.step}' leads back to '${v.head}' reached its limit of ${v.limit} iterations.`,
    fix: () => "Raise maxIterations, or see why the condition never leaves the loop.",
  },
  MERGE_OUTSIDE_JOIN: {
    message: (v: { step: string }) => `mergeArtifacts was called in step '${v.step}', which is no join.`,
  },
  MERGE_INPUTS: {
    message: (v: { step: string }) => `mergeArtifacts in step '${v.step}' was not given the join's inputs.`,
    fix: () => "Pass the step's own parameter: this.mergeArtifacts(inputs).",
  },
  MERGE_OPTIONS: {
    message: () => "mergeArtifacts takes include or exclude, not both.",
  },
  MERGE_CONFLICT: {
    message: (v: { step: string; artifacts: readonly string[] }) =>
      `Join '${v.step}' cannot merge ${v.artifacts.map((name) => `'${name}'`).join(", ")}: the inputs have different values.`,
    fix: (v: { artifacts: readonly string[] }) =>
      `Assign ${v.artifacts.map((name) => `this.${name}`).join(" and ")} before mergeArtifacts, or leave ${v.artifacts.length === 1 ? "it" : "them"} out: this.mergeArtifacts(inputs, { exclude: ${JSON.stringify(v.artifacts).replaceAll(",", ", ")} }).`,
  },
  MERGE_MISSING: {
    message: (v: { step: string; artifacts: readonly string[] }) =>
      `Join '${v.step}' was told to include ${v.artifacts.map((name) => `'${name}'`).join(", ")}, which no input has.`,
  },
  INPUTS_NOT_FOUND: {
    message: (v: { task: string; expected: readonly string[] }) =>
      `Task '${v.task}' cannot start: nothing finished that leads to it (looked at ${v.expected.join(", ")}).`,
    fix: () => "Run the tasks before it first.",
  },
  STEP_NOT_FOUND: {
    message: (v: { step: string; flow: string }) => `Flow ${v.flow} has no step '${v.step}'.`,
  },
  TASK_ID_INVALID: {
    message: (v: { step: string; task: string }) => `Step '${v.step}' has no task with an id like '${v.task}'.`,
    fix: () => "Ids look like 0, i3 (the item with index 3) or i3-r0 (its first iteration).",
  },
  REGION_INVALID: {
    message: (v: { entry: string; reason: string }) => `There is no region that begins at '${v.entry}': ${v.reason}.`,
    fix: () => "A region has one entry and one way out; see docs/reference/regions.md.",
  },
  TASK_EXITED: {
    message: (v: { task: string; code: number }) =>
      `The code of task ${v.task} ended its process: process.exit(${v.code}) was called.`,
    fix: () => "Throw an error to fail a step, or return from it; never exit the process.",
  },
  TASK_KILLED: {
    message: (v: { task: string; signal: string }) => `The process of task ${v.task} was killed by ${v.signal}.`,
    fix: (v: { signal: string }) =>
      v.signal === "SIGKILL" ? "Often it is the system that ran out of memory; see its log." : undefined,
  },
  TASK_SEGFAULT: {
    message: (v: { task: string; signal: string }) =>
      `The process of task ${v.task} crashed in native code (${v.signal}, a segmentation fault or the like).`,
    fix: () => "Look at the native packages that the step uses.",
  },
  TASK_OUT_OF_MEMORY: {
    message: (v: { task: string }) => `The process of task ${v.task} ran out of memory (the JavaScript heap's limit).`,
    fix: () => "Keep less in memory, or raise the limit: NODE_OPTIONS=--max-old-space-size=<MB>.",
  },
  TASK_STOPPED: {
    message: (v: { task: string; reason: string }) => `Task ${v.task} was stopped: ${v.reason}.`,
  },
  TASK_UNCAUGHT: {
    message: (v: { task: string; kind: string }) =>
      `An ${v.kind} outside of the step's own calls failed task ${v.task}.`,
    fix: () => "Await every promise that the step starts, and handle errors of emitters and callbacks.",
  },
  WORKER_BROKEN: {
    message: (v: { reason: string }) => `A worker process could not be used: ${v.reason}`,
  },
  RUN_NOT_STARTED: {
    message: () => "The command was told to stop before it had started anything.",
  },
  RUN_ID_TAKEN: {
    message: (v: { flow: string; runId: string }) => `Flow ${v.flow} has a run '${v.runId}' already.`,
  },
  RUN_UNKNOWN: {
    message: (v: { flow: string; runId: string; nearest?: readonly string[] }) =>
      `Flow ${v.flow} has no run '${v.runId}'.${v.nearest?.length ? ` Nearest: ${v.nearest.join(", ")}.` : ""}`,
  },
  RESUME_NOTHING: {
    message: (v: { flow: string }) => `Flow ${v.flow} has no run that could be resumed.`,
    fix: () => "Start one with `run`, or name one with --origin-run-id.",
  },
  RESUME_STEP_UNKNOWN: {
    message: (v: { step: string; flow: string; steps: readonly string[] }) =>
      `Flow ${v.flow} has no step '${v.step}' to resume from; its steps are ${v.steps.join(", ")}.`,
  },
  RESUME_PARAMETER_MISSING: {
    message: (v: { parameter: string; runId: string }) =>
      `Run '${v.runId}' cannot be resumed: it has no value for the required parameter '${v.parameter}'.`,
    fix: () => "The parameter is newer than the run. Give it a default, or start a new run.",
  },
  PARALLEL_COUNT_INVALID: {
    message: (v: { step: string; artifact: string | null; actual: string }) =>
      `Step '${v.step}' starts parallel tasks, but ${v.artifact === null ? "numParallel" : `'${v.artifact}'`} is ${v.actual}, not a positive whole number.`,
    fix: (v: { artifact: string | null }) =>
      `Make ${v.artifact === null ? "numParallel" : `this.${v.artifact}`} the number of tasks: 1, 2, 3, …`,
  },
  PARALLEL_TOO_WIDE: {
    message: (v: { step: string; splits: number; limit: number }) =>
      `Step '${v.step}' starts ${v.splits} parallel tasks, more than the limit of ${v.limit}.`,
    fix: (v: { splits: number }) => `Raise the limit with --max-num-splits ${v.splits}.`,
    resume: (v: { splits: number }) => ["--max-num-splits", String(v.splits)],
  },
  PARALLEL_TASK_FAILED: {
    message: (v: { task: string; failed: string }) =>
      `Task ${v.task} came to its end, but ${v.failed} of its gang failed: they succeed together or not at all.`,
  },
  TASK_TIMED_OUT: {
    message: (v: { task: string; limitMs: number }) =>
      `Task ${v.task} took longer than its time limit of ${v.limitMs / 1000} seconds.`,
    fix: () => "Raise the limit of the step's timeout, or find out what takes so long; its log is kept.",
  },
  FALLBACK_WITHOUT_FAILURE: {
    message: (v: { task: string }) => `Task ${v.task} was to be given up on, but no failed attempt of it is recorded.`,
  },
  ATTEMPT_SUPERSEDED: {
    message: (v: { task: string }) => `Another attempt of task ${v.task} was committed before this one.`,
  },
} as const;
