import type { AttachedDecorator } from "../../contracts/graph.js";
import type { AnyStepDecorator } from "../../contracts/step-decorator.js";
import { type Attachment, withOptions } from "../../decorators/gather-decorators.js";

/** A step decorator that is tested. */
export interface TestedStepDecorator {
  readonly decorator: AnyStepDecorator;
  /** Options that it takes, as they are written in the source; at least one. */
  readonly options: readonly unknown[];
  /** Options that it refuses. Unknown ones are tried anyway. */
  readonly refused?: readonly unknown[] | undefined;
}

/** A rule before it is given the decorator. */
export interface RuleBody {
  readonly name: string;
  readonly check: (tested: TestedStepDecorator) => void | Promise<void>;
}

export function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** The decorator with each of its samples, options completed. */
export function attachments({ decorator, options }: TestedStepDecorator): readonly (Attachment & {
  readonly definition: AnyStepDecorator;
})[] {
  return options.map((given) => {
    const attributes = given as AttachedDecorator["attributes"];
    const data = { name: decorator.name, attributes, staticallyDefined: true, insertedBy: null };
    return { ...withOptions(data, decorator, { name: "train", source: null }), definition: decorator };
  });
}
