import { FlowSpec } from "@metaflow-ts/core";
import {
  type DecoratorSite,
  defineStepDecorator,
  type RecordedError,
  type StepDecoratorFactory,
} from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { options, value } from "./option-schemas.js";

/** Options of `@catchError`. */
export interface CatchErrorOptions {
  /** The artifact that gets the error, or null where the step succeeded. Default: none. */
  readonly var?: string | undefined;
  /** Print what was caught into the task's log. Default true. */
  readonly print?: boolean | undefined;
}

/** The same, completed. */
export interface CatchErrorAttributes {
  readonly var?: string | undefined;
  readonly print: boolean;
}

/** What `@catchError` stores: plain data, so that it reads the same whatever was thrown. */
export interface CaughtError {
  /** The error's class, or `"string"`, … where something else was thrown. */
  readonly type: string;
  readonly message: string;
  /** The code of Metaflow's own errors, such as `MF_TASK_TIMED_OUT`; null for others. */
  readonly code: string | null;
  /** One line per frame, in places of the source. */
  readonly stack: readonly string[];
  readonly cause: CaughtError | null;
}

const schema = options({
  var: v.optional(
    value<string>("the name of an artifact", (input) => typeof input === "string" && /^[A-Za-z_$][\w$]*$/.test(input)),
  ),
  print: v.optional(
    value<boolean>("true or false", (input) => typeof input === "boolean"),
    true,
  ),
}) satisfies v.GenericSchema<CatchErrorOptions, CatchErrorAttributes>;

/**
 * Lets a run go on after a step whose last attempt failed, also where its process died, it took too long, or what it
 * made could not be stored. What the step inherited stays, what it assigned is gone.
 *
 * ```ts
 * failure!: CaughtError | null;
 *
 * @catchError({ var: "failure" })
 * @step train() { … }
 * ```
 */
export const catchError: StepDecoratorFactory<CatchErrorOptions, CatchErrorAttributes> = defineStepDecorator({
  name: "catchError",
  aliases: ["catch"],
  contract: 1,
  options: schema,
  check: ({ var: artifact }, { step, graph }) => {
    return (artifact === undefined ? null : noArtifact(artifact, graph)) ?? missingForTransition(step);
  },
  policy: () => ({ fallback: true }),
  async wrap({ var: artifact }, { instance }, proceed) {
    await proceed();
    if (artifact !== undefined) instance[artifact] = null;
  },
  fallback({ var: artifact, print }, { instance, step }, failure) {
    if (print) process.stderr.write(`Caught the failure of '${step}': ${failure.type}: ${failure.message}\n`);
    if (artifact !== undefined) instance[artifact] = caught(failure);
  },
});

/** Why an artifact cannot have the name, or null. */
function noArtifact(name: string, { steps }: DecoratorSite["graph"]): string | null {
  if (Object.hasOwn(steps, name)) return `'${name}' is a step, not an artifact`;
  return name in FlowSpec.prototype ? `'${name}' is a member of every flow, not an artifact` : null;
}

/** Why the step's transition cannot be taken where the step failed; null where it can. */
function missingForTransition({ transition }: DecoratorSite["step"]): string | null {
  switch (transition.kind) {
    case "foreach":
      return `its transition needs '${transition.artifact}', which is missing when it fails`;
    case "switch":
      return `its transition needs '${transition.condition}', which is missing when it fails`;
    case "parallel":
      return "a step that starts parallel tasks cannot go on after a failure";
    default:
      return null;
  }
}

function caught({ type, message, code, stack, cause }: RecordedError): CaughtError {
  return { type, message, code, stack: [...stack], cause: cause === null ? null : caught(cause) };
}
