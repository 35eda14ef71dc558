import type { FlowDecorator } from "../contracts/flow-decorator.js";
import type { Addable } from "../contracts/mutators.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import type { FlowDraft } from "./flow-draft.js";

/** Finds decorators by their names. @throws DECORATOR_UNKNOWN, which tells who asked for it */
export interface FindDecorator {
  step(name: string, insertedBy: string): Promise<StepDecorator>;
  flow(name: string, insertedBy: string): Promise<FlowDecorator>;
}

/** One hook of one mutator, while it runs. */
export interface Mutation {
  readonly mutator: string;
  readonly phase: "preMutate" | "mutate";
  /** What the mutator says that it may add. */
  readonly adds: readonly Addable[];
  readonly draft: FlowDraft;
  readonly find: FindDecorator;
  /** Additions by name, which take time: the hook is over when all are done. */
  readonly pending: Promise<unknown>[];
  /** What is asked of it later than that comes to nothing. */
  isOver: boolean;
}

/** The mutator, as errors name who asks for a decorator. */
export function asker({ mutator }: Mutation): string {
  return `mutator '${mutator}'`;
}

export function refusal({ mutator }: Mutation, problem: string): Error {
  return errors.MUTATOR_REFUSED({ mutator, problem });
}

/** @throws MUTATOR_REFUSED where the hook has ended */
export function expectOpen(mutation: Mutation): void {
  if (mutation.isOver) throw refusal(mutation, `it changes the flow after its ${mutation.phase} has ended`);
}

/** @throws MUTATOR_REFUSED where the mutator did not say that it adds this */
export function expectListed(mutation: Mutation, added: Addable): void {
  const { definition } = added ?? {};
  if (definition !== undefined && mutation.adds.some((each) => each.definition === definition)) return;
  throw refusal(mutation, `it adds '${definition?.name ?? String(added)}', which is not in its list 'adds'`);
}
