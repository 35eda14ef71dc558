import type { Run } from "@metaflow-ts/core/client";
import { defineFlowDecorator, type EndedRun, type ExitHook, type FlowDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { type DeployOptions, deployOptions } from "./one-or-many.js";
import { duration, type OneOf, options } from "./option-schemas.js";

/** What a hook gets. */
export interface EndedRunView {
  /** The run, as the client reads it. */
  readonly run: Run;
  readonly status: EndedRun["status"];
  /** Why it failed; null where it did not. */
  readonly failure: EndedRun["failure"];
  /** Aborts when the hook's time is up, and when the command is told to end. */
  readonly signal: AbortSignal;
}

/** A function that is called after a run. */
export type ExitFunction = (ended: EndedRunView) => unknown;

/** Options of `@exitHook`: `onSuccess` or `onError` must be given. */
export type ExitHookOptions = OneOf<Hooks, "onSuccess" | "onError">;

interface Hooks {
  /** Called after a run that succeeded, in order: functions, or names of functions that the flow's file exports. */
  readonly onSuccess?: ExitFunction | string | readonly (ExitFunction | string)[] | undefined;
  /** The same after a run that failed or was cancelled. */
  readonly onError?: ExitFunction | string | readonly (ExitFunction | string)[] | undefined;
  /** How long each may take: seconds, or text such as `"30s"`, `"2m"`. Default 60 seconds. */
  readonly timeout?: number | string | undefined;
  /** For the place where the flow is deployed. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The same, completed. In a graph functions stand as their names. */
export interface ExitHookAttributes extends DeployOptions {
  readonly onSuccess: readonly (ExitFunction | string)[];
  readonly onError: readonly (ExitFunction | string)[];
  readonly timeout: number;
}

const hooks = v.pipe(
  v.unknown(),
  v.transform((given): readonly unknown[] => (Array.isArray(given) ? given : given === undefined ? [] : [given])),
  v.rawTransform(({ dataset, addIssue }) => {
    const problem = wrongHook(dataset.value);
    if (problem !== null) addIssue({ message: problem });
    return dataset.value as ExitHookAttributes["onSuccess"];
  }),
);

const schema = v.pipe(
  options({
    onSuccess: v.optional(hooks, []),
    onError: v.optional(hooks, []),
    timeout: v.optional(
      v.pipe(
        duration,
        v.check((seconds) => seconds > 0, "must be more than 0"),
      ),
      60,
    ),
    options: deployOptions,
  }),
  v.check(({ onSuccess, onError }) => onSuccess.length + onError.length > 0, "give 'onSuccess', 'onError' or both"),
) as v.GenericSchema<ExitHookOptions, ExitHookAttributes>;

/**
 * Calls functions after a run has ended. What they do changes nothing about the run: not its result, not the exit
 * code.
 *
 * ```ts
 * export async function tell({ run, failure }: EndedRunView) { … }
 *
 * @exitHook({ onError: tell, timeout: "30s" })
 * export default class TrainFlow extends FlowSpec { … }
 * ```
 */
export const exitHook: FlowDecoratorFactory<ExitHookOptions, ExitHookAttributes> = defineFlowDecorator({
  name: "exitHook",
  contract: 1,
  options: schema,
  repeatable: true,
  check: ({ onSuccess, onError }, { exports }) => {
    const missing = [...onSuccess, ...onError].find(
      (hook) => typeof hook === "string" && !isFunction(exported(exports, hook)),
    );
    return missing === undefined ? null : `the flow's file exports no function '${String(missing)}'`;
  },
  exitHooks({ onSuccess, onError, timeout }, status): readonly ExitHook[] {
    return (status === "successful" ? onSuccess : onError).map((hook) => ({
      name: typeof hook === "string" ? hook : hook.name,
      timeLimitMs: Math.ceil(timeout * 1000),
      call: async (ended) => {
        const found = typeof hook === "string" ? exported(ended.exports, hook) : hook;
        if (isFunction(found)) await found(await viewOf(ended));
      },
    }));
  },
});

async function viewOf({ datastore, flow, runId, status, failure, signal }: EndedRun): Promise<EndedRunView> {
  const { createClient } = await import("@metaflow-ts/core/client");
  const run = await (await createClient({ datastore })).run(`${flow}/${runId}`);
  return { run, status, failure, signal };
}

function exported(exports: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(exports, name) ? exports[name] : undefined;
}

function isFunction(value: unknown): value is ExitFunction {
  return typeof value === "function";
}

/** Hooks are called in other processes, and told apart there, in graphs and in messages by their names. */
function wrongHook(given: readonly unknown[]): string | null {
  const names: string[] = [];
  for (const hook of given) {
    const name = isFunction(hook) ? hook.name : hook;
    if (typeof name !== "string") return "must be functions, or names of functions that the flow's file exports";
    // JavaScript names a function that is written into the options after its place there.
    if (["", "onSuccess", "onError"].includes(name))
      return "a function without a name cannot be found again: declare it with one";
    if (names.includes(name)) return `'${name}' is there twice, and could not be told from the other`;
    names.push(name);
  }
  return null;
}
