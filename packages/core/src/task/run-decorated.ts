import type { Current } from "../contracts/current.js";
import type { GivenByDecorator, GivenOptions } from "../contracts/decorator-options.js";
import type { AttachedDecorator } from "../contracts/graph.js";
import type { RecordedError } from "../contracts/records.js";
import type {
  AnyArtifacts,
  PreparedEnvironment,
  Proceed,
  RunningTask,
  StartingTask,
  StepDecorator,
  TaskFacts,
} from "../contracts/step-decorator.js";
import { decoratorFailed } from "../decorators/decorator-failed.js";
import { validateOptions } from "../decorators/validate-options.js";
import { errors } from "../errors/codes.js";
import { isRunField } from "./current.js";
import { type PreparedTask, runStepCode } from "./execute-task.js";
import { argumentsOfNext } from "./next-arguments.js";
import type { LoadedCode } from "./task-context.js";
import type { TaskMetadata } from "./task-metadata.js";

/** A decorator of the step at hand, with its options. */
export interface ActiveDecorator {
  readonly definition: StepDecorator;
  readonly options: AttachedDecorator["attributes"];
  /** Its command line options. */
  readonly given: GivenOptions;
}

/** What all decorators of a step see of its task. */
export type SharedFacts = Omit<TaskFacts, "given">;
type SharedTask = Omit<RunningTask, "given">;

/**
 * The step's decorators, outermost first.
 *
 * @throws DECORATOR_NOT_LOADED where a decorator that was asked for is not among the run's code
 */
export function activeDecorators(
  attached: readonly AttachedDecorator[],
  code: LoadedCode,
  step: string,
  given: GivenByDecorator["step"] = {},
): readonly ActiveDecorator[] {
  if (attached.length === 0) return [];
  const known = code.decoratorsOf(step);
  return attached.flatMap(({ name, attributes, staticallyDefined }) => {
    const definition = known.get(name);
    const added = given[name] ?? {};
    if (definition?.redact !== undefined && staticallyDefined) {
      const options = validateOptions(definition, code.optionsOf(step, name), { owner: { step } });
      return [{ definition, options: options as AttachedDecorator["attributes"], given: added }];
    }
    if (definition !== undefined) return [{ definition, options: attributes, given: added }];
    // One that the source attached as data alone has nothing to run.
    if (staticallyDefined) return [];
    throw errors.DECORATOR_NOT_LOADED({ decorator: name, step }, { where: { step } });
  });
}

/** What decorators want to be set before the step's code is evaluated. */
export async function preparedEnvironment(
  decorators: readonly ActiveDecorator[],
  task: SharedFacts & Pick<StartingTask, "environment">,
): Promise<Readonly<Record<string, string>>> {
  const environment: Record<string, string> = {};
  for (const { definition, options, given } of decorators) {
    const seen = { ...task, given, environment: { ...task.environment, ...environment } };
    const prepare = async (): Promise<PreparedEnvironment | undefined> => definition.prepare?.(options, seen);
    const prepared = await blaming(definition, "prepare", task.step, prepare);
    Object.assign(environment, prepared?.environment);
  }
  return environment;
}

/** Runs the step within its decorators. */
export async function runDecorated(
  prepared: PreparedTask,
  decorators: readonly ActiveDecorator[],
  task: SharedTask,
): Promise<void> {
  const run = decorators.reduceRight<() => Promise<void>>(
    (inner, decorator) =>
      decorator.definition.wrap === undefined
        ? inner
        : () => runWrapped(decorator, prepared, seenBy(decorator, task), inner),
    () => runStepCode(prepared),
  );
  await run();
}

/** Runs the step within one of its decorators. What the step throws stays its own, anything else is the decorator's. */
async function runWrapped(
  { definition, options }: ActiveDecorator,
  prepared: PreparedTask,
  task: RunningTask,
  inner: () => Promise<void>,
): Promise<void> {
  const { name } = definition;
  const twice = errors.DECORATOR_PROCEEDED_TWICE({ decorator: name, step: task.step });
  const thrown = new Set<unknown>();
  let calls = 0;
  let running: Promise<void> | undefined;
  const keeping = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      thrown.add(error);
      throw error;
    } finally {
      running = undefined;
    }
  };
  const proceed: Proceed = async (replacement) => {
    calls += 1;
    if (calls > 1) throw twice;
    // What stands for the step fails as the step would.
    const replace = async (): Promise<void> =>
      chooseNext(prepared, await replacement?.(task.instance, prepared.argument[0]), name);
    running = keeping(replacement === undefined ? inner : replace);
    await running;
  };
  const wrap = async (): Promise<unknown> => definition.wrap?.(options, task, proceed);
  const chosen = await blaming(definition, "wrap", task.step, wrap, (error) => thrown.has(error) || error === twice);
  // A decorator that kept the error to itself did it all the same.
  if (calls > 1) throw twice;
  // One that did not wait for the step has to: what the step leaves is stored next.
  await running;
  chooseNext(prepared, chosen, name);
}

/** Takes over the arguments that a decorator chose for the step's transition. */
function chooseNext(prepared: PreparedTask, chosen: unknown, decorator: string): void {
  const { node, instance } = prepared;
  prepared.nextCall = argumentsOfNext(node, instance, chosen, decorator) ?? prepared.nextCall;
}

/** Lets the innermost decorator that can stand for the step after its last failure. */
export async function runFallback(
  prepared: PreparedTask,
  decorators: readonly ActiveDecorator[],
  task: SharedTask,
  failure: RecordedError,
): Promise<void> {
  const found = decorators.findLast(({ definition }) => definition.fallback !== undefined);
  if (found === undefined) throw new Error(`No decorator of step '${task.step}' has a fallback.`);
  const { definition, options } = found;
  const fallback = async (): Promise<unknown> => definition.fallback?.(options, seenBy(found, task), failure);
  chooseNext(prepared, await blaming(definition, "fallback", task.step, fallback), definition.name);
}

/** The task as decorators see it. */
export function runningTask(
  prepared: PreparedTask,
  facts: SharedFacts,
  signal: () => AbortSignal,
  fields: Partial<Current>,
  metadata: TaskMetadata,
): SharedTask {
  const { instance, node, argument } = prepared;
  return {
    ...facts,
    instance: instance as AnyArtifacts,
    inputs: node.isJoin ? (argument[0] as readonly object[]) : undefined,
    get signal() {
      return signal();
    },
    setCurrent: (more) => addFields(fields, more),
    setMetadata: (values) => metadata.set(values),
  };
}

/** @throws TypeError where a field is the run's own */
function addFields(fields: Partial<Current>, more: Partial<Current>): void {
  const own = Object.keys(more).find(isRunField);
  if (own !== undefined) throw new TypeError(`setCurrent cannot set '${own}', which is the run's own`);
  Object.assign(fields, more);
}

/** The task as one of its decorators sees it. */
function seenBy({ given }: ActiveDecorator, task: SharedTask): RunningTask {
  // A copy of the getters, not of what they give: a signal is made when somebody asks for it.
  return Object.defineProperties({ given }, Object.getOwnPropertyDescriptors(task)) as RunningTask;
}

async function blaming<T>(
  { name }: StepDecorator,
  hook: string,
  step: string,
  action: () => Promise<T>,
  isKnown = (_: unknown): boolean => false,
): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (isKnown(cause)) throw cause;
    throw decoratorFailed(name, hook, { step }, cause);
  }
}
