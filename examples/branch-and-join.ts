import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

/** Several steps at the same time, and a join that gets the artifacts of each. */
export default class BranchFlow extends FlowSpec {
  readings = [3, 1, 4, 1, 5, 9, 2, 6];
  mean!: number;
  largest!: number;
  summary!: string;

  @step start() {
    this.next(this.average, this.maximum);
  }

  @step average() {
    this.mean = this.readings.reduce((total, reading) => total + reading, 0) / this.readings.length;
    this.next(this.join);
  }

  @step maximum() {
    this.largest = Math.max(...this.readings);
    this.next(this.join);
  }

  // A join inherits nothing of its own accord: each input is asked for what is wanted of it.
  @step join(inputs: Inputs<BranchFlow>) {
    this.summary = `mean ${inputs.average.mean}, largest ${inputs.maximum.largest}`;
    this.next(this.end);
  }

  @step end() {
    console.log(this.summary);
  }
}
