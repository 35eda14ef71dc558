/** `Inputs<F>`, `mergeArtifacts` and the other members of FlowSpec. */
import { FlowSpec } from "../../src/flow/flow-spec.js";
import type { FlowMember, Input, Inputs } from "../../src/flow/inputs.js";
import { step } from "../../src/flow/step.js";
import { parameter } from "../../src/params/parameter.js";

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_proof: Same<A, B>): void {}

same<keyof FlowSpec, FlowMember>(true);

class Joins extends FlowSpec {
  @parameter() readonly alpha = 0.1;
  score!: number;
  tags!: string[];
  maybe?: Map<string, number>;
  private secret = 1;

  @step start(): void {
    this.next(this.train, { foreach: [1, 2] });
  }
  @step async train(item: number) {
    this.score = item + this.secret;
    this.next(this.join);
  }
  // A step that is called like a member of arrays: only `of` reaches it by name.
  @step map() {
    this.next(this.join);
  }

  @step join(inputs: Inputs<Joins>) {
    same<(typeof inputs)[number], Input<Joins>>(true);
    same<keyof Input<Joins>, "alpha" | "score" | "tags" | "maybe">(true);
    const scores: number[] = inputs.map((input) => input.score);
    const good: readonly Input<Joins>[] = inputs.filter(({ score }) => score > 1);
    const [first] = inputs;
    const size: number | undefined = first?.maybe?.size;
    for (const { tags } of inputs) tags.at(0);
    for (const [index, input] of inputs.entries()) this.score = index + input.score;
    this.score = Math.max(...scores, inputs.length, size ?? 0);

    this.score = inputs.train.score;
    this.score = inputs.start.alpha;
    this.score = inputs.of("map").score;
    // @ts-expect-error: no such step
    inputs.nope;
    // @ts-expect-error: no such step
    inputs.of("nope");
    // @ts-expect-error: an artifact is no step
    inputs.score;
    // @ts-expect-error: inputs are read, not written
    inputs.train.score = 1;
    // @ts-expect-error: inputs are read, not written
    inputs.push(inputs.train);
    // @ts-expect-error: no such artifact
    inputs.map((input) => input.nope);
    // @ts-expect-error: methods are no artifacts
    inputs.map((input) => input.train);
    // @ts-expect-error: members of FlowSpec are no artifacts
    inputs.map((input) => input.next);
    // @ts-expect-error: a private field is the flow's own
    inputs.map((input) => input.secret);

    this.mergeArtifacts(inputs);
    this.mergeArtifacts(inputs, { include: ["score", "tags"] });
    this.mergeArtifacts(inputs, { exclude: ["score"] });
    // @ts-expect-error: no such artifact
    this.mergeArtifacts(inputs, { include: ["nope"] });
    // @ts-expect-error: a step is no artifact
    this.mergeArtifacts(inputs, { exclude: ["train"] });
    // @ts-expect-error: one of the two
    this.mergeArtifacts(inputs, { include: ["score"], exclude: ["tags"] });
    // @ts-expect-error: all inputs, not a selection
    this.mergeArtifacts(good);
    // @ts-expect-error: inputs, not a task's artifacts
    this.mergeArtifacts(inputs.train);
    // @ts-expect-error: inputs, not a list that looks like them
    this.mergeArtifacts([...inputs]);
    this.next(this.forgotten);
  }

  @step forgotten() {
    // @ts-expect-error: a join takes its inputs as a parameter
    this.score = inputs[0].score;
    // @ts-expect-error: and they are no member of the flow
    this.mergeArtifacts(this.inputs);
  }

  // A helper that takes inputs and whose result TypeScript infers.
  total(inputs: Inputs<Joins>) {
    return inputs.reduce((sum, { score }) => sum + score, 0);
  }

  @step members() {
    same<typeof this.input, unknown>(true);
    same<typeof this.index, number | undefined>(true);
    const indices: number[] = this.foreachStack().map(({ index }) => index);
    this.score = indices.length;
    // @ts-expect-error: given by the run
    this.index = 3;
    // @ts-expect-error: given by the run
    this.input = 3;
  }
}

abstract class Base extends FlowSpec {
  shared!: number;

  @step start() {
    this.next(this.left, this.right);
  }
  @step left() {
    this.next(this.join);
  }
  @step right() {
    this.next(this.join);
  }
  @step join(inputs: Inputs<Base>) {
    this.shared = inputs.left.shared + inputs.right.shared;
    this.mergeArtifacts(inputs, { exclude: ["shared"] });
    this.next(this.end);
  }
  @step end(): void {}
}

class Derived extends Base {
  own!: string;

  @step override left() {
    this.next(this.further);
  }
  @step further() {
    this.next(this.join);
  }
  // A subclass may know more steps and artifacts, and hand its inputs to what takes the base's.
  @step override join(inputs: Inputs<Derived>) {
    this.own = inputs.further.own;
    super.join(inputs);
  }
}

export class Hides extends FlowSpec {
  // @ts-expect-error: an artifact cannot hide a member of FlowSpec
  override input = 1;
  // @ts-expect-error: nor can a step
  @step override foreachStack() {}
}

export const flows: readonly (new () => FlowSpec)[] = [Joins, Derived];
