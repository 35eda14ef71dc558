/** Where tasks run. */
export const backendErrors = {
  BACKEND_REFUSED: {
    message: (v: { step: string; backend: string; reason: string }) =>
      `Step '${v.step}' cannot run on the backend '${v.backend}': ${v.reason}.`,
    fix: () => "Change what the step asks for, or let it run elsewhere.",
  },
  BACKENDS_REFUSED: {
    message: (v: { flow: string; problems: readonly string[] }) =>
      `Not every step of flow ${v.flow} can run where it has to:\n${v.problems.map((problem) => `- ${problem}`).join("\n")}`,
  },
  TASK_LOST: {
    message: (v: { task: string; reason: string }) => `The place where task ${v.task} ran was lost: ${v.reason}.`,
    fix: () => "A step with the decorator retry gets another place by itself, as often as its platform retries say.",
  },
} as const;
