import type { FlowClass } from "../contracts/flow-definition.js";
import type { RecordedError } from "../contracts/records.js";
import type { AnyStepDecorator } from "../contracts/step-decorator.js";
import { defineFlow } from "../flow/define-flow.js";
import { compiledFlow } from "./compiled-flow.js";
import { inProcess } from "./in-process-run.js";

/** What a decorated step is. */
export interface DecoratedStep {
  /** The decorator's options, as they are written in the source. Default none. */
  readonly options?: object | undefined;
  /** What the step does, in a flow that has nothing else. Its fields are the artifacts. */
  readonly body?: ((flow: Record<string, unknown>) => void | Promise<void>) | undefined;
  /** A flow to take instead, and its step; `start` by default. */
  readonly flow?: FlowClass | undefined;
  readonly step?: string | undefined;
}

/** How a run with the decorator ended. */
export interface DecoratedRun {
  /** Why the run failed; null where it did not. */
  readonly failure: RecordedError | null;
  /** Attempts at the step, of its first task. */
  readonly attempts: number;
  /** What the decorated step left. Empty where it failed. */
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Runs a flow in this process with a decorator on one of its steps: the decorator runs as in a task, with the driver's
 * retries and fallback, and nothing is stored anywhere.
 *
 * ```ts
 * const { artifacts } = await runDecorated(timed.definition, { options: { unit: "s" }, body: () => sleep(5) });
 * expect(artifacts.took).toBeGreaterThan(0);
 * ```
 */
export async function runDecorated(
  decorator: AnyStepDecorator,
  { options = {}, body = () => {}, flow, step = "start" }: DecoratedStep = {},
): Promise<DecoratedRun> {
  const definition = flow === undefined ? flowOf(body) : defineFlow(flow);
  const declared = definition.steps[step];
  if (declared === undefined) throw new Error(`Flow ${definition.name} has no step '${step}'.`);
  const { name } = decorator;
  const attributes = options as Readonly<Record<string, unknown>>;
  const decorated = {
    ...declared,
    decorators: [{ name, attributes, staticallyDefined: true, insertedBy: null }, ...declared.decorators],
    definitions: { ...declared.definitions, [name]: decorator },
  };
  const run = inProcess({ ...definition, steps: { ...definition.steps, [step]: decorated } });
  let attempts = 0;
  const { runId, failure } = await run.run({
    before: (spec) => {
      if (spec.step === step) attempts = Math.max(attempts, spec.attempt + 1);
    },
  });
  const place = [...(await run.records(runId)).keys()].find((each) => each.startsWith(`${step}/`)) ?? "";
  return {
    failure: failure?.error ?? null,
    attempts,
    artifacts: (await run.artifacts(runId)).get(place) ?? {},
    metadata: (await run.records(runId)).get(place)?.metadata ?? {},
  };
}

/** A flow whose first step runs the function. */
function flowOf(body: NonNullable<DecoratedStep["body"]>) {
  const { definition } = compiledFlow(`
    async start() { await this[Symbol.for("metaflow-ts.test-body")](this); this.next(this.end); }
    end() {}`);
  Object.defineProperty(definition.flowClass.prototype, Symbol.for("metaflow-ts.test-body"), { value: body });
  return definition;
}
