/** Flows that several tests of the command use. */

export const parameterFlow = `
import { FlowSpec, parameter, step } from "@metaflow-ts/core";

/** Trains a model. */
export default class TrainFlow extends FlowSpec {
  @parameter({ help: "Learning rate" }) readonly alpha = 0.01;
  @parameter({ choices: ["fast", "exact"] }) readonly mode: "fast" | "exact" = "fast";
  @parameter({ help: "Talk more" }) readonly verbose = false;

  @step start() {
    console.log(JSON.stringify({ alpha: this.alpha, mode: this.mode, verbose: this.verbose }));
    this.next(this.end);
  }
  @step end() {
    console.error("over");
  }
}
`;

/** Fails for item 2 unless OK is set. */
export const failingFlow = `
import { FlowSpec, step } from "@metaflow-ts/core";

export default class FailFlow extends FlowSpec {
  items!: number[];
  @step start() {
    this.items = [1, 2];
    this.next(this.work, { foreach: this.items });
  }
  @step work(item: number) {
    if (item === 2 && !process.env.OK) throw new TypeError("no data for 2");
    this.next(this.join);
  }
  @step join(inputs: unknown) {
    this.next(this.end);
  }
  @step end() {}
}
`;

/** Waits until somebody stops it. */
export const slowFlow = `
import { FlowSpec, step } from "@metaflow-ts/core";

export default class SlowFlow extends FlowSpec {
  @step async start() {
    console.log("waiting");
    await new Promise((done) => setTimeout(done, 60_000));
    this.next(this.end);
  }
  @step end() {}
}
`;
