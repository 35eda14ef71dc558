import { defineErrors } from "@metaflow-ts/core/plugin";

/** What raises an error here; each has a section in `docs/decorators/errors.md`. */
export const errorTable = {
  CRON_INVALID: {
    message: (v: { expression: string; problems: readonly string[] }) =>
      `'${v.expression}' is no cron expression: ${v.problems.join("; ")}.`,
  },
  CRON_UNTRANSLATABLE: {
    message: (v: { expression: string; target: string; problem: string }) =>
      `'${v.expression}' cannot be written for ${v.target}: ${v.problem}.`,
    fix: () => "Choose times that the target can say.",
  },
  PROJECT_BRANCH_INVALID: {
    message: (v: { branch: string; expected: string }) => `'${v.branch}' cannot be a branch: it must be ${v.expected}.`,
    fix: () => "Leave out 'test.' and 'prod.': they are added.",
  },
  PROJECT_OPTION_DISAGREES: {
    message: (v: { option: string; attribute: string; given: string }) =>
      `--${v.option} says ${v.given}, and @project has ${v.option}: ${v.attribute}.`,
    fix: (v: { option: string }) => `Leave out --${v.option}, or the option '${v.option}' of @project.`,
  },
  PROJECT_USER_UNKNOWN: {
    message: () => "The run belongs to the user's own branch of the project, and it is not known who the user is.",
    fix: () => "Set METAFLOW_USER, or name a branch with --branch.",
  },
  PROJECT_USER_INVALID: {
    message: (v: { user: string }) =>
      `The run belongs to the user's own branch of the project, and '${v.user}' cannot be part of its name: it may have letters, digits and the characters . _ @ + - only.`,
    fix: () => "Set METAFLOW_USER to another name, or name a branch with --branch.",
  },
  TRIGGER_EVENT_INVALID: {
    message: (v: { text: string; problem: string }) => `--trigger-event cannot be '${v.text}': ${v.problem}.`,
    fix: () => `Write the event's name, and a payload behind '=': --trigger-event 'name={"field": 1}'.`,
  },
  TRIGGER_EVENT_UNKNOWN: {
    message: (v: { event: string; known: readonly string[] }) =>
      `The flow is not started by an event '${v.event}', but by ${v.known.join(", ")}.`,
  },
  TRIGGER_RUN_INVALID: {
    message: (v: { pathspec: string }) => `--trigger takes a run, and '${v.pathspec}' is none.`,
    fix: () => "Write the flow and the run's id: --trigger IngestFlow/1700000000000000.",
  },
  TRIGGER_FLOW_UNKNOWN: {
    message: (v: { flow: string; known: readonly string[] }) =>
      `The flow is not started by runs of ${v.flow}, but by those of ${v.known.join(", ")}.`,
  },
  TRIGGER_RUN_NOT_SUCCESSFUL: {
    message: (v: { pathspec: string; status: string }) =>
      `Only a successful run starts another, and ${v.pathspec} is ${v.status}.`,
  },
} as const;

/** Builds the errors of this package; their codes begin with `MFD_`. */
export const errors = defineErrors("MFD_", errorTable);
