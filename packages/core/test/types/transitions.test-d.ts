/** What `tsc` says about `this.next(...)`: each line without `@ts-expect-error` must compile, each line with it must not. */
import { FlowSpec } from "../../src/flow/flow-spec.js";
import type { Inputs } from "../../src/flow/inputs.js";
import { step } from "../../src/flow/step.js";

interface Model {
  name: string;
  depth: number;
}

class Targets extends FlowSpec {
  models!: Model[];
  frozen!: readonly Model[];
  names!: string[];
  mixed!: string[] | number[];
  maybe?: Model[];
  pairs!: Map<string, number>;
  record!: Record<string, number>;
  count!: number;
  verdict!: "better" | "worse";
  size!: 1 | 2;
  good!: boolean;
  mood?: "fine" | "bad";
  either!: "a" | 1 | true;
  label!: string;
  amount!: number;
  anything!: ReturnType<typeof JSON.parse>;

  @step plain(): void {}
  @step async waits(): Promise<void> {}
  @step async model(model: Model) {}
  @step node(index: number) {}
  @step text(text: string) {}
  @step textOrNumber(value: string | number) {}
  @step optional(model?: Model) {}
  @step entry([name, value]: [string, number]) {}
  @step lines(lines: readonly string[]) {}
  @step join(inputs: Inputs<Targets>) {}
  @step async joins(inputs: Inputs<Targets>) {}

  compute(): number {
    return 1;
  }
  two(first: string, second: number): void {}

  linear(): void {
    this.next(this.plain);
    this.next(this.waits);
    this.next(this.join);
    this.next(this.joins);
    this.next(this.optional);
    // @ts-expect-error: no such step
    this.next(this.nope);
    // @ts-expect-error: takes a foreach item
    this.next(this.model);
    // @ts-expect-error: takes a foreach item, which is an array
    this.next(this.lines);
    // @ts-expect-error: is no step, it returns a number
    this.next(this.compute);
    // @ts-expect-error: is no step, it takes two values
    this.next(this.two);
    // @ts-expect-error: the step, not its name
    this.next("plain");
    // @ts-expect-error: the step, not a call of it
    this.next(this.plain());
    // @ts-expect-error: leads nowhere
    this.next();
    // @ts-expect-error: an artifact
    this.next(this.label);
  }

  branch(): void {
    this.next(this.plain, this.waits);
    this.next(this.plain, this.waits, this.plain, this.optional);
    // @ts-expect-error: no such step
    this.next(this.plain, this.nope);
    // @ts-expect-error: a branch that leads directly to a join
    this.next(this.plain, this.join);
    // @ts-expect-error: the same, with the join in front
    this.next(this.join, this.plain);
    // @ts-expect-error: takes a foreach item
    this.next(this.model, this.plain);
    // @ts-expect-error: takes a foreach item
    this.next(this.plain, this.model);
    // @ts-expect-error: takes a foreach item
    this.next(this.plain, this.waits, this.model);
    // @ts-expect-error: a list of steps is no transition
    this.next([this.plain, this.waits]);
  }

  foreach(): void {
    this.next(this.model, { foreach: this.models });
    this.next(this.model, { foreach: this.frozen });
    this.next(this.model, { foreach: new Set(this.models) });
    this.next(this.text, { foreach: this.names });
    this.next(this.text, { foreach: this.label });
    this.next(this.plain, { foreach: this.models });
    this.next(this.optional, { foreach: this.models });
    this.next(this.textOrNumber, { foreach: this.mixed });
    this.next(this.entry, { foreach: this.pairs });
    this.next(this.lines, { foreach: [this.names] });
    // Nothing is known of `any`.
    this.next(this.model, { foreach: this.anything });
    // @ts-expect-error: the list has strings
    this.next(this.model, { foreach: this.names });
    // @ts-expect-error: the list has models
    this.next(this.text, { foreach: this.models });
    // @ts-expect-error: the list may have numbers
    this.next(this.text, { foreach: this.mixed });
    // @ts-expect-error: a foreach that leads directly to a join
    this.next(this.join, { foreach: this.models });
    // @ts-expect-error: no list
    this.next(this.plain, { foreach: this.count });
    // @ts-expect-error: no list, only an object
    this.next(this.plain, { foreach: this.record });
    // @ts-expect-error: perhaps no list
    this.next(this.model, { foreach: this.maybe });
    // @ts-expect-error: the artifact, not its name; a string's characters are no models
    this.next(this.model, { foreach: "models" });
    // @ts-expect-error: no such step
    this.next(this.nope, { foreach: this.models });
    // @ts-expect-error: no such artifact
    this.next(this.model, { foreach: this.nope });
    // @ts-expect-error: one foreach at a time
    this.next(this.model, this.model, { foreach: this.models });
    // @ts-expect-error: misspelt
    this.next(this.model, { foreeach: this.models });
    // @ts-expect-error: an option too many
    this.next(this.model, { foreach: this.models, maxIterations: 3 });
    // @ts-expect-error: two transitions in one
    this.next(this.model, { foreach: this.models, numParallel: 2 });
    // @ts-expect-error: no options
    this.next(this.model, {});
  }

  parallel(): void {
    this.next(this.plain, { numParallel: 4 });
    this.next(this.waits, { numParallel: this.count });
    // @ts-expect-error: no number
    this.next(this.plain, { numParallel: "4" });
    this.next(this.node, { numParallel: 4 });
    // @ts-expect-error: the item is the node index
    this.next(this.model, { numParallel: 4 });
    // @ts-expect-error: leads directly to a join
    this.next(this.join, { numParallel: 4 });
  }

  switchOver(): void {
    this.next({ better: this.plain, worse: this.waits }, { condition: this.verdict });
    this.next({ better: this.plain, worse: this.plain }, { condition: this.verdict });
    this.next({ better: this.join, worse: this.switchOver }, { condition: this.verdict });
    this.next({ better: this.plain, worse: this.plain }, { condition: this.verdict, maxIterations: 10 });
    this.next({ 1: this.plain, 2: this.waits }, { condition: this.size });
    this.next({ true: this.plain, false: this.waits }, { condition: this.good });
    this.next({ a: this.plain, 1: this.waits, true: this.plain }, { condition: this.either });
    // @ts-expect-error: a case is missing
    this.next({ better: this.plain }, { condition: this.verdict });
    // @ts-expect-error: a case is missing
    this.next({ 1: this.plain }, { condition: this.size });
    // @ts-expect-error: a case is missing
    this.next({ true: this.plain }, { condition: this.good });
    // @ts-expect-error: a case that can never be
    this.next({ better: this.plain, worse: this.plain, same: this.plain }, { condition: this.verdict });
    // @ts-expect-error: a case that can never be
    this.next({ 1: this.plain, 2: this.plain, 3: this.plain }, { condition: this.size });
    // @ts-expect-error: a case that can never be
    this.next({ true: this.plain, false: this.plain, maybe: this.plain }, { condition: this.good });
    // Back to the first step of a foreach's body, which takes the item.
    this.next({ better: this.model, worse: this.plain }, { condition: this.verdict });
    // @ts-expect-error: no such step
    this.next({ better: this.nope, worse: this.plain }, { condition: this.verdict });
    // @ts-expect-error: perhaps undefined
    this.next({ fine: this.plain, bad: this.plain }, { condition: this.mood });
    // @ts-expect-error: an object decides nothing
    this.next({ better: this.plain, worse: this.plain }, { condition: this.record });
    // @ts-expect-error: cases, not a step
    this.next(this.plain, { condition: this.verdict });
    // @ts-expect-error: a condition is missing
    this.next({ better: this.plain, worse: this.plain });
    // @ts-expect-error: a number
    this.next({ better: this.plain, worse: this.plain }, { condition: this.verdict, maxIterations: "10" });
    // @ts-expect-error: misspelt
    this.next({ better: this.plain, worse: this.plain }, { condition: this.verdict, maxIteration: 10 });
  }

  wideSwitch(): void {
    this.next({ any: this.plain, thing: this.waits }, { condition: this.label });
    this.next({ 1: this.plain, 7: this.waits }, { condition: this.amount });
    // @ts-expect-error: no number
    this.next({ one: this.plain, 7: this.waits }, { condition: this.amount });
    // Back to the first step of a foreach's body, which takes the item.
    this.next({ any: this.model, thing: this.waits }, { condition: this.label });
  }

  switchWithDefault(): void {
    this.next({ better: this.plain }, { condition: this.verdict, default: this.waits });
    this.next({ better: this.plain, worse: this.plain }, { condition: this.verdict, default: this.join });
    this.next({ some: this.plain }, { condition: this.label, default: this.waits, maxIterations: 3 });
    // @ts-expect-error: a case that can never be
    this.next({ same: this.plain }, { condition: this.verdict, default: this.waits });
    // Back to the first step of a foreach's body, which takes the item.
    this.next({ better: this.plain }, { condition: this.verdict, default: this.model });
    // @ts-expect-error: no such step
    this.next({ better: this.plain }, { condition: this.verdict, default: this.nope });
  }

  narrowed(): void {
    // TypeScript knows only the value that was just assigned: the other cases pass, its own must be there.
    this.verdict = "better";
    this.next({ better: this.plain, worse: this.waits }, { condition: this.verdict });
    // @ts-expect-error: the case of the value is missing
    this.next({ worse: this.waits }, { condition: this.verdict });
    this.next({ worse: this.waits }, { condition: this.verdict, default: this.plain });
    this.good = true;
    this.next({ true: this.plain, false: this.waits }, { condition: this.good });
    this.size = 2;
    this.next({ 1: this.plain, 2: this.waits }, { condition: this.size });
  }
}

// Steps that read on from one another, with and without annotated returns, do not make TypeScript go round in circles.
class Loop extends FlowSpec {
  n = 0;
  done = false;

  @step async start() {
    this.next(this.body);
  }
  @step async body() {
    this.n += 1;
    this.done = this.n > 3;
    this.next({ true: this.end, false: this.body }, { condition: this.done });
  }
  @step end() {}
}

export const flows: readonly (new () => FlowSpec)[] = [Targets, Loop];
