import { FlowSpec, parameter, step } from "@metaflow-ts/core";

/** A switch case that leads back to an earlier step. Each iteration is a task of its own, with artifacts of its own. */
export default class LoopFlow extends FlowSpec {
  @parameter({ help: "The number whose root is wanted" }) radicand = 2;
  @parameter({ help: "How close is close enough" }) tolerance = 1e-12;

  guess!: number;
  error!: number;
  iterations = 0;
  verdict!: "again" | "done";

  @step start() {
    this.guess = this.radicand;
    this.next(this.improve);
  }

  @step improve() {
    this.guess = (this.guess + this.radicand / this.guess) / 2;
    this.iterations += 1;
    this.next(this.check);
  }

  @step check() {
    this.error = Math.abs(this.guess ** 2 - this.radicand);
    this.verdict = this.error > this.tolerance ? "again" : "done";
    this.next({ again: this.improve, done: this.end }, { condition: this.verdict, maxIterations: 100 });
  }

  @step end() {
    console.log(`${this.guess} after ${this.iterations} iterations`);
  }
}
