import { defineErrors } from "@metaflow-ts/core/plugin";

/** What goes wrong with the variables of `@secrets`; told in `docs/decorators/secrets.md`. */
export const secretErrors = defineErrors("MF_SECRETS_", {
  VARIABLE_EXISTS: {
    message: (v: { secret: string; variable: string }) =>
      `Secret '${v.secret}' will inject '${v.variable}' as env var, but it already exists in env.`,
    fix: () => "Rename one of them, or give allowOverride: true.",
  },
  VARIABLE_TWICE: {
    message: (v: { variable: string; first: string; second: string }) =>
      `Both secret '${v.first}' and secret '${v.second}' have a variable '${v.variable}'.`,
    fix: () => "Leave one of them out, or rename its variable where it is kept.",
  },
  VARIABLE_NAME: {
    message: (v: { secret: string; variable: string; problem: string }) =>
      `Secret '${v.secret}' has a variable '${v.variable}' that cannot be set: ${v.problem}.`,
    fix: () => "Read it by getSecret, which sets nothing, or rename it where it is kept.",
  },
});
