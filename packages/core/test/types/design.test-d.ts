/** The flow of the guide, with everything in it that TypeScript can see. */
import { FlowSpec } from "../../src/flow/flow-spec.js";
import type { Inputs } from "../../src/flow/inputs.js";
import { step } from "../../src/flow/step.js";
import { parameter } from "../../src/params/parameter.js";

interface Model {
  name: string;
  depth: number;
}

declare function scoreOf(model: Model, alpha: number): Promise<number>;

export default class TrainFlow extends FlowSpec {
  @parameter({ help: "Learning rate" }) alpha = 0.01;

  models!: Model[];
  score!: number;
  verdict!: "better" | "worse";

  @step start() {
    this.models = [
      { name: "small", depth: 3 },
      { name: "large", depth: 9 },
    ];
    this.next(this.train, { foreach: this.models });
  }

  @step async train(model: Model) {
    this.score = await scoreOf(model, this.alpha);
    this.next(this.join);
  }

  @step join(inputs: Inputs<TrainFlow>) {
    this.score = Math.max(...inputs.map((i) => i.score));
    this.verdict = this.score > 0.9 ? "better" : "worse";
    this.next({ better: this.publish, worse: this.end }, { condition: this.verdict });
  }

  @step publish() {
    this.next(this.end);
  }

  @step end() {
    console.log(this.score);
  }
}
