import { errors } from "../errors/codes.js";

/** On every `Inputs`, of this or any other copy of the package. */
const INPUTS: unique symbol = Symbol.for("metaflow-ts.inputs") as never;

/** What every flow has from FlowSpec; named here because FlowSpec itself is typed with what follows. */
export type FlowMember = "next" | "mergeArtifacts" | "input" | "index" | "foreachStack";

/** Names of a flow's own methods; its steps are among them. */
// biome-ignore lint/complexity/noBannedTypes: a cheaper question than a signature, and it never asks for a return type
type MethodName<F> = { [K in keyof F]-?: F[K] extends Function ? K : never }[keyof F];

/** Names of a flow's artifacts: its public fields. */
export type ArtifactName<F> = Exclude<keyof F, FlowMember | MethodName<F> | symbol | number>;

/** Names by which a join's inputs can be asked for. */
export type StepName<F> = Exclude<MethodName<F>, FlowMember | symbol | number>;

/** One input of a join: the artifacts of the task that led to it, to be read only. */
export type Input<F> = { readonly [K in ArtifactName<F>]: F[K] };

/** What every `Inputs` is, whatever its flow. */
export interface JoinInputs {
  readonly [INPUTS]: unknown;
}

/** What `Inputs` has besides being an array; the flow is kept for inference. */
interface InputsOf<F> extends JoinInputs {
  readonly [INPUTS]: F;
  /** The input that came from the step; useful where the step is called like a member of arrays. */
  of(step: StepName<F>): Input<F>;
}

/**
 * The inputs of a join: one for each branch, or for each item of the foreach in the order of the items. They are an
 * array, to be read as often as one likes, and have a member for each step that leads to the join: `inputs.train.score`.
 */
export type Inputs<F> = readonly Input<F>[] &
  InputsOf<F> & { readonly [K in Exclude<StepName<F>, keyof (readonly unknown[])>]: Input<F> };

/** One input, and the step it came from. */
export interface InputFrom {
  readonly step: string;
  readonly artifacts: object;
}

/** Makes a join's `inputs`. `steps`: every step of the flow; asking for one that did not lead here is an error. */
export function createInputs<F = object>(from: readonly InputFrom[], steps: readonly string[]): Inputs<F> {
  const inputs: object[] = from.map(({ artifacts }) => artifacts);
  const byStep = new Map(from.map(({ step, artifacts }) => [step, artifacts]));
  const of = (step: string): object => {
    const found = byStep.get(step);
    if (found === undefined) throw errors.FLOW_NO_SUCH_INPUT({ step, steps: [...byStep.keys()] });
    return found;
  };
  Object.defineProperties(inputs, { [INPUTS]: { value: true }, of: { value: of } });
  for (const step of steps) {
    if (!(step in inputs)) Object.defineProperty(inputs, step, { get: () => of(step) });
  }
  return Object.freeze(inputs) as never;
}

/** True for what `createInputs` made, in this or any other copy of the package. */
export function isInputs(value: unknown): value is readonly object[] {
  return Array.isArray(value) && INPUTS in value;
}
