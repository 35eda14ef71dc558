import { describe, it } from "vitest";
import { graphRules } from "./step-decorator-rules/graph.js";
import { optionRules } from "./step-decorator-rules/options.js";
import type { TestedStepDecorator } from "./step-decorator-rules/rule.js";
import { taskRules } from "./step-decorator-rules/task.js";

export type { TestedStepDecorator } from "./step-decorator-rules/rule.js";

/** Called once for each rule. */
export type TestedStepDecoratorFactory = () => TestedStepDecorator | Promise<TestedStepDecorator>;

/** One promise of the step decorator contract. */
export interface StepDecoratorRule {
  readonly name: string;
  /** Rejects where the decorator breaks the promise. */
  check(): Promise<void>;
}

/** Every promise of the step decorator contract, as functions that any test runner can call. */
export function stepDecoratorRules(factory: TestedStepDecoratorFactory): readonly StepDecoratorRule[] {
  const bodies = [...optionRules, ...graphRules, ...taskRules];
  return bodies.map(({ name, check }) => ({ name, check: async () => check(await factory()) }));
}

/**
 * Conformance suite of a step decorator: call it at the top of a Vitest test file.
 *
 * @example
 * stepDecoratorSuite("patient", () => ({ decorator: patient.definition, options: [{}, { times: 3 }], refused: [{ times: -1 }] }));
 */
export function stepDecoratorSuite(name: string, factory: TestedStepDecoratorFactory): void {
  describe(`step decorator contract: ${name}`, () => {
    for (const rule of stepDecoratorRules(factory)) it(rule.name, () => rule.check());
  });
}
