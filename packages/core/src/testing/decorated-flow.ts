import type { FlowDefinition, StepDeclaration } from "../contracts/flow-definition.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { RetryPolicy, StepPolicy } from "../contracts/step-policy.js";
import { defineStepDecorator } from "../decorators/define-step-decorator.js";
import { compiledFlow } from "./compiled-flow.js";
import { type InProcess, inProcess } from "./in-process-run.js";

/** The flow with further decorators on its steps as if they stood in the source, outermost first, without options. */
export function decorated(
  definition: FlowDefinition,
  decoratorsOf: (step: string) => readonly StepDecorator[],
): FlowDefinition {
  const steps = Object.values(definition.steps).map((step): readonly [string, StepDeclaration] => {
    const found = decoratorsOf(step.name);
    return [
      step.name,
      {
        ...step,
        decorators: [
          ...found.map(({ name }) => ({ name, attributes: {}, staticallyDefined: true, insertedBy: null })),
          ...step.decorators,
        ],
        definitions: { ...Object.fromEntries(found.map((each) => [each.name, each])), ...step.definitions },
      },
    ];
  });
  return { ...definition, steps: Object.fromEntries(steps) };
}

/** A decorator without options. */
export function decorator(
  name: string,
  parts: Omit<StepDecorator<Record<string, unknown>>, "name" | "contract" | "options"> = {},
): StepDecorator {
  const options = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value: unknown) => ({ value: value as Record<string, unknown> }),
    },
  } as const;
  return defineStepDecorator({ name, contract: 1, options, ...parts }).definition as StepDecorator;
}

/** A decorator that asks for something of the driver. */
export function policyDecorator(policy: StepPolicy, name = "policy"): StepDecorator {
  return decorator(name, { policy: () => policy });
}

/** Retries at once. */
export function retries(times: number, more: Partial<RetryPolicy> = {}): StepPolicy {
  return { retry: { times, platformTimes: 0, delayMs: 0, factor: 1, maxDelayMs: 60_000, jitter: 0, ...more } };
}

/** A foreach over `items`, whose body has the decorators. */
export function fanOut(items: number, decorators: readonly StepDecorator[]): InProcess {
  const { definition } = compiledFlow(`
    start() { this.list = Array.from({ length: ${items} }, (_, k) => k); this.next(this.body, { foreach: this.list }); }
    body(item) { this.item = item; this.next(this.join); }
    join(inputs) { this.items = inputs.map(({ item }) => item); this.next(this.end); }
    end() {}`);
  return inProcess(decorated(definition, (step) => (step === "body" ? decorators : [])));
}
