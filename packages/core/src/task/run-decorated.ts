import type { Current } from "../contracts/current.js";
import type { AttachedDecorator } from "../contracts/graph.js";
import type { RecordedError } from "../contracts/records.js";
import type { RunningTask, StepDecorator, TaskFacts } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { type PreparedTask, runStepCode } from "./execute-task.js";
import type { LoadedCode } from "./task-context.js";

/** A decorator of the step at hand, with its options. */
export interface ActiveDecorator {
  readonly definition: StepDecorator;
  readonly options: AttachedDecorator["attributes"];
}

/**
 * The step's decorators, outermost first.
 *
 * @throws DECORATOR_NOT_LOADED where a decorator that was asked for is not among the run's code
 */
export function activeDecorators(
  attached: readonly AttachedDecorator[],
  code: LoadedCode,
  step: string,
): readonly ActiveDecorator[] {
  if (attached.length === 0) return [];
  const known = code.decoratorsOf(step);
  return attached.flatMap(({ name, attributes, staticallyDefined }) => {
    const definition = known.get(name);
    if (definition !== undefined) return [{ definition, options: attributes }];
    // One that the source attached as data alone has nothing to run.
    if (staticallyDefined) return [];
    throw errors.DECORATOR_NOT_LOADED({ decorator: name, step }, { where: { step } });
  });
}

/** What decorators want to be set before the step's code is evaluated. */
export async function preparedEnvironment(
  decorators: readonly ActiveDecorator[],
  facts: TaskFacts,
): Promise<Readonly<Record<string, string>>> {
  const environment: Record<string, string> = {};
  for (const { definition, options } of decorators) {
    const prepared = await blaming(definition, "prepare", facts.step, async () => definition.prepare?.(options, facts));
    Object.assign(environment, prepared?.environment);
  }
  return environment;
}

/** Runs the step within its decorators. */
export async function runDecorated(
  prepared: PreparedTask,
  decorators: readonly ActiveDecorator[],
  task: RunningTask,
): Promise<void> {
  const run = decorators.reduceRight<() => Promise<void>>(
    (inner, { definition, options }) =>
      async () => {
        if (definition.wrap === undefined) return inner();
        let calls = 0;
        await definition.wrap(options, task, async () => {
          calls += 1;
          if (calls > 1) throw errors.DECORATOR_PROCEEDED_TWICE({ decorator: definition.name, step: task.step });
          await inner();
        });
      },
    () => runStepCode(prepared),
  );
  await run();
}

/** Lets the innermost decorator that can stand for the step after its last failure. */
export async function runFallback(
  decorators: readonly ActiveDecorator[],
  task: RunningTask,
  failure: RecordedError,
): Promise<void> {
  const found = decorators.findLast(({ definition }) => definition.fallback !== undefined);
  if (found === undefined) throw new Error(`No decorator of step '${task.step}' has a fallback.`);
  const { definition, options } = found;
  await blaming(definition, "fallback", task.step, async () => definition.fallback?.(options, task, failure));
}

/** The task as decorators see it. */
export function runningTask(
  prepared: PreparedTask,
  facts: TaskFacts,
  signal: () => AbortSignal,
  fields: Partial<Current>,
): RunningTask {
  const { instance, node, argument } = prepared;
  return {
    ...facts,
    instance: instance as Record<string, unknown>,
    inputs: node.isJoin ? (argument[0] as readonly object[]) : undefined,
    get signal() {
      return signal();
    },
    setCurrent: (more) => void Object.assign(fields, more),
  };
}

/** What goes wrong in a hook is told with the decorator's name, so that nobody looks for it in the step. */
async function blaming<T>({ name }: StepDecorator, hook: string, step: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.DECORATOR_FAILED({ decorator: name, hook, step, reason }, { where: { step }, cause });
  }
}
