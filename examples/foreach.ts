import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

/** One task for each item of a list. */
export default class ForeachFlow extends FlowSpec {
  words = ["banana", "cherry", "apple"];
  vowels!: number;
  counts!: Record<string, number>;

  @step start() {
    this.next(this.count, { foreach: this.words });
  }

  @step async count(word: string) {
    this.vowels = word.match(/[aeiou]/g)?.length ?? 0;
    console.log(`item ${this.index}, ${word}: ${this.vowels}`);
    this.next(this.join);
  }

  // Inputs come in the order of the items, whichever task was done first.
  @step join(inputs: Inputs<ForeachFlow>) {
    this.mergeArtifacts(inputs, { include: ["words"] });
    this.counts = Object.fromEntries(inputs.map((input, k) => [this.words[k], input.vowels]));
    this.next(this.end);
  }

  @step end() {
    console.log(this.counts);
  }
}
