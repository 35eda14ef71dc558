/** A secret that could not be read, and where it was looked for. */
interface Wanted {
  readonly id: string;
  readonly type: string;
  readonly reason: string;
}

const failed = ({ id, type, reason }: Wanted): string =>
  `Failed to retrieve secret ${id === "" ? "" : `'${id}' `}of type '${type}': ${reason}`;

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");

/** Reading secrets, and keeping them out of what is stored. */
export const secretErrors = {
  SECRET_ABSENT: {
    message: failed,
    fix: () => "Check the secret's id, and the account or folder that it is looked for in.",
  },
  SECRET_DENIED: {
    message: failed,
    fix: () => "Give whoever runs the task the right to read this secret, or name a role that has it.",
  },
  SECRET_BROKEN: {
    message: failed,
  },
  SECRET_SOURCE_INVALID: {
    message: (v: { source: string; problem: string }) => `'${v.source}' is no source of secrets: ${v.problem}.`,
    fix: () => `Write "type.id", or { type: "…", id: "…", options: { … } }.`,
  },
  SECRET_TYPE_MISSING: {
    message: (v: { source: string }) =>
      `The source '${v.source}' has no type, and no default secrets backend type is configured.`,
    fix: () => "Give a type, or set METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE.",
  },
  SECRET_TYPE_UNKNOWN: {
    message: (v: { type: string; known: readonly string[] }) =>
      `There are no secrets of type '${v.type}'. These types are there: ${v.known.join(", ")}.`,
    fix: () => "Install the package that provides it, or add it to `secrets` of metaflow.config.ts.",
  },
  SECRET_OPTIONS_INVALID: {
    message: (v: { type: string; id: string; problems: readonly string[] }) =>
      `The source ${v.id === "" ? "" : `'${v.id}' `}of type '${v.type}' has options that it cannot take: ${v.problems.join("; ")}.`,
  },
  SECRET_IN_CODE: {
    message: (v: { name: string; step: string }) =>
      `The value of secret '${v.name}' of step '${v.step}' stands in the flow's code, which is stored with every run.`,
    fix: () =>
      "Take it out of the source: read it from the environment, { TOKEN: process.env.TOKEN }, or let it come from a file (type env-file) or another provider.",
  },
  SECRET_IN_OPTIONS: {
    message: (v: { decorator: string; owner: string; names: readonly string[] }) =>
      `The options of @${v.decorator} of ${v.owner} hold the value of secret ${quoted(v.names)}, and are stored with every run.`,
    fix: () => "Give the step that needs it @secrets of its own.",
  },
  SECRET_IN_TAG: {
    message: (v: { tag: string; names: readonly string[] }) =>
      `The tag '${v.tag}' holds the value of secret ${quoted(v.names)}, and everybody who can read a run reads its tags.`,
    fix: () => "Give the run another tag.",
  },
  SECRET_IN_ARTIFACT: {
    message: (v: { path: string; names: readonly string[] }) =>
      `'${v.path}' cannot be stored: it holds the value of secret ${quoted(v.names)}.`,
    fix: () =>
      "Keep secrets in variables of the step. Steps that need one have @secrets of their own, or call getSecret.",
  },
} as const;
