/** What has a decorator: a step, or the flow itself. */
export type DecoratorOwner =
  | { readonly step: string; readonly flow?: undefined }
  | { readonly flow: string; readonly step?: undefined };

const owner = ({ step, flow }: DecoratorOwner): string => (step === undefined ? `flow ${flow}` : `step '${step}'`);
const Owner = (v: DecoratorOwner): string => owner(v).replace(/^./, (first) => first.toUpperCase());

/** The options of a decorator, and who gave them. */
interface UsedOptions {
  readonly decorator: string;
  /** Null where it is asked for once, for all steps. */
  readonly owner: DecoratorOwner | null;
  /** Null where the source gave them. */
  readonly insertedBy: string | null;
}

const asked = (by: string | null): string => `, which ${by} asks for`;

/** Attaching decorators to steps and flows, and what goes wrong in them. */
export const decoratorErrors = {
  DECORATOR_UNKNOWN: {
    message: (v: { kind: string; name: string; insertedBy: string; known: readonly string[] }) =>
      `There is no ${v.kind} '${v.name}'${asked(v.insertedBy)}. ${v.known.length === 0 ? "None is installed" : `These are there: ${v.known.join(", ")}`}.`,
    fix: () => "Install the package that provides it, or add it to the plugins of metaflow.config.ts.",
  },
  DECORATOR_SPEC_INVALID: {
    message: (v: { spec: string; insertedBy: string; problem: string }) =>
      `'${v.spec}'${asked(v.insertedBy)}, is no decorator: ${v.problem}.`,
    fix: () => "Write the name, and options behind a colon: retry:times=3,delay=10.",
  },
  DECORATOR_OPTIONS_INVALID: {
    message: (v: UsedOptions & { problems: readonly string[] }) => {
      const place = v.owner === null ? `${asked(v.insertedBy)},` : ` of ${owner(v.owner)}`;
      return `Decorator '${v.decorator}'${place} has options that it cannot take: ${v.problems.join("; ")}.`;
    },
    fix: ({ decorator, owner, insertedBy }: UsedOptions) => {
      if (insertedBy === null) return `Correct what stands behind @${decorator}.`;
      return `Correct the options that ${owner === null ? insertedBy : `mutator '${insertedBy}'`} gives.`;
    },
  },
  DECORATOR_INVALID: {
    message: (v: { kind: string; decorator: string; problem: string }) =>
      `The ${v.kind} '${v.decorator}' is not well made: ${v.problem}${/[.?]$/.test(v.problem) ? "" : "."}`,
  },
  DECORATOR_OPTIONS_SECRET: {
    message: (v: { decorator: string; step: string; addedBy: string }) =>
      `${v.addedBy} gives decorator '${v.decorator}' of step '${v.step}' secret values, which would be stored with the run.`,
    fix: () => "Write the decorator above the step, or name a source that holds the values.",
  },
  DECORATOR_TWICE: {
    message: (v: DecoratorOwner & { decorator: string }) => `${Owner(v)} has the decorator '${v.decorator}' twice.`,
    fix: () => "Keep one of them.",
  },
  DECORATOR_CONFLICT: {
    message: (v: DecoratorOwner & { decorator: string; other: string }) =>
      `${Owner(v)} cannot have both '${v.decorator}' and '${v.other}'.`,
  },
  DECORATOR_MISPLACED: {
    message: (v: DecoratorOwner & { decorator: string; reason: string }) =>
      `${Owner(v)} cannot have the decorator '${v.decorator}': ${v.reason}.`,
  },
  DECORATOR_FAILED: {
    message: (v: DecoratorOwner & { decorator: string; hook: string; reason: string }) =>
      `Decorator '${v.decorator}' of ${owner(v)} failed in its ${v.hook}: ${v.reason}`,
  },
  DECORATOR_PROCEEDED_TWICE: {
    message: (v: { decorator: string; step: string }) =>
      `Decorator '${v.decorator}' of step '${v.step}' ran the step more than once.`,
    fix: () => "Call proceed(), or yield, at most once; to try again is what the driver does with a retry policy.",
  },
  DECORATOR_ANSWER_INVALID: {
    message: (v: { decorator: string; hook: string; step: string; problem: string }) =>
      `Decorator '${v.decorator}' of step '${v.step}' gave something in its ${v.hook} that cannot be used: ${v.problem}.`,
  },
  MUTATOR_REFUSED: {
    message: (v: { mutator: string; problem: string }) => `Mutator '${v.mutator}' cannot do that: ${v.problem}.`,
  },
  MUTATOR_OPTIONS_INVALID: {
    message: (v: { mutator: string; target: string; problems: readonly string[] }) =>
      `Mutator '${v.mutator}' of ${v.target} has options that it cannot take: ${v.problems.join("; ")}.`,
  },
  MUTATOR_FAILED: {
    message: (v: { mutator: string; target: string; hook: string; reason: string }) =>
      `Mutator '${v.mutator}' of ${v.target} failed in its ${v.hook}: ${v.reason}`,
  },
  NEXT_ARGUMENTS_REFUSED: {
    message: (v: { decorator: string; step: string; problem: string; allowed: string }) =>
      `Decorator '${v.decorator}' cannot change the transition of step '${v.step}' like that: ${v.problem}. ${v.allowed}.`,
    fix: () => "Return what the step's own this.next(…) takes, or nothing.",
  },
  METADATA_INVALID: {
    message: (v: { step: string; problem: string }) =>
      `Metadata of a task of step '${v.step}' cannot be kept: ${v.problem}.`,
    fix: () => "Metadata is small JSON data; values belong in artifacts.",
  },
  PACKAGED_FILE_INVALID: {
    message: (v: { decorator: string; step: string; file: string; problem: string }) =>
      `Decorator '${v.decorator}' of step '${v.step}' cannot add the file '${v.file}' to the code package: ${v.problem}.`,
  },
  DECORATOR_NOT_LOADED: {
    message: (v: DecoratorOwner & { decorator: string }) =>
      `The code of decorator '${v.decorator}' of ${owner(v)} is not part of the run's code.`,
    fix: () => "Import it in the flow, or add its package to the plugins of metaflow.config.ts.",
  },
  DECORATOR_ADDITION_INVALID: {
    message: (v: { decorator: string; flow: string; problem: string }) =>
      `What decorator '${v.decorator}' of flow ${v.flow} adds to the run cannot be used: ${v.problem}.`,
  },
  DECORATOR_CLI_OPTION_TAKEN: {
    message: (v: { decorator: string; option: string; other: string }) =>
      `Decorator '${v.decorator}' has the command line option --${v.option}, which is also ${v.other}.`,
  },
  DECORATORS_INVALID: {
    message: (v: { flow: string; problems: readonly string[] }) =>
      `The decorators of flow ${v.flow} cannot be attached:\n${v.problems.map((problem) => `- ${problem}`).join("\n")}`,
  },
} as const;
