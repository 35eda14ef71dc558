function didYouMean(nearest: string | undefined): string {
  return nearest === undefined ? "" : ` Did you mean '${nearest}'?`;
}

/** The command line, its settings and the files that hold them. */
export const cliErrors = {
  USAGE: {
    message: (v: { problem: string; command: string }) => `${v.problem}. \`${v.command} --help\` says what it takes.`,
  },
  COMMAND_UNKNOWN: {
    message: (v: { command: string; nearest: string | undefined; help: string }) =>
      `There is no command '${v.command}'.${didYouMean(v.nearest)} \`${v.help}\` lists all.`,
  },
  FLOW_FILE_KIND: {
    message: (v: { file: string }) =>
      `'${v.file}' is no flow file: its name ends in .ts, .mts, .cts, .js, .mjs, .cjs, .tsx or .jsx.`,
  },
  OPTION_UNKNOWN: {
    message: (v: { option: string; command: string; nearest: string | undefined }) =>
      `There is no option '${v.option}'.${didYouMean(v.nearest)} \`${v.command} --help\` lists all.`,
  },
  RESUME_PARAMETER_GIVEN: {
    message: (v: { option: string }) =>
      `${v.option} cannot be given: a resume has the parameters of the run that it continues. Start a new run to change them.`,
  },
  OPTION_INVALID: {
    message: (v: { option: string; text: string; expected: string }) =>
      `${v.option} must be ${v.expected}, but it is '${v.text}'.`,
  },
  FLOW_REQUIRED: {
    message: (v: { command: string }) => `\`${v.command}\` needs a flow.`,
    fix: (v: { command: string }) =>
      `Put the flow's file before the command, as in \`metaflow train.ts ${v.command}\`.`,
  },
  FLOW_UNCAUGHT: {
    message: (v: { reason: string }) => `Code that loading the flow started failed later: ${v.reason}`,
    fix: () => "Move work from the top of the file into a step, or handle its errors where it is started.",
  },
  TAG_INVALID: {
    message: (v: { tag: string; reason: string }) => `Tag '${v.tag}' is not allowed: ${v.reason}.`,
  },
  TAGS_TOO_MANY: {
    message: (v: { count: number; limit: number }) => `A run may have ${v.limit} tags, not ${v.count}.`,
  },
  TAG_IS_SYSTEM: {
    message: (v: { tags: readonly string[] }) =>
      `${v.tags.map((tag) => `'${tag}'`).join(", ")} cannot be removed: ${v.tags.length === 1 ? "it is a system tag" : "they are system tags"}.`,
    fix: () => "Name only tags that were given to the run; `tag list` shows which those are.",
  },
  RUN_ID_FILE_NOT_WRITTEN: {
    message: (v: { path: string; reason: string }) => `The run's id could not be written to '${v.path}': ${v.reason}.`,
    fix: () => "Give --run-id-file a path in a folder that exists and that you may write to.",
  },
  PROFILE_NOT_FOUND: {
    message: (v: { profile: string; path: string }) =>
      `There is no profile '${v.profile}': '${v.path}' does not exist.`,
    fix: () => "Create the file, or unset METAFLOW_PROFILE.",
  },
  PROFILE_INVALID: {
    message: (v: { path: string; reason: string }) => `The profile '${v.path}' cannot be used: ${v.reason}.`,
    fix: () => 'It is a JSON object of settings, such as {"METAFLOW_USER": "ada"}.',
  },
  PROCESS_ENDED: {
    message: (v: { code: string }) =>
      `Code that was loaded ended the process (exit code ${v.code}) before the command was done.`,
    fix: () =>
      "Look for `process.exit` in what the flow's file, metaflow.config.ts and plugins start when they are loaded, and for an `await` that never ends.",
  },
  CONFIG_NOT_LOADED: {
    message: (v: { file: string; reason: string }) => `Loading the project's config '${v.file}' failed: ${v.reason}`,
    fix: () => "The code at the top of the file, or of one that it imports, has to come to its end.",
  },
  CONFIG_INVALID: {
    message: (v: { file: string; reason: string }) => `The project's config '${v.file}' cannot be used: ${v.reason}.`,
    fix: () => "Its default export is what `defineConfig({ … })` of @metaflow-ts/core/plugin returns.",
  },
} as const;
