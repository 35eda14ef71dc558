import { FlowSpec, parameter, step } from "@metaflow-ts/core";

/** An artifact decides where to go. Every value that its type allows has a case, or the flow does not compile. */
export default class SwitchFlow extends FlowSpec {
  @parameter({ help: "Degrees Celsius" }) temperature = 21;

  state!: "ice" | "water" | "steam";
  advice!: string;

  @step start() {
    this.state = this.temperature <= 0 ? "ice" : this.temperature < 100 ? "water" : "steam";
    this.next({ ice: this.skate, water: this.swim, steam: this.leave }, { condition: this.state });
  }

  @step skate() {
    this.advice = "bring skates";
    this.next(this.end);
  }

  @step swim() {
    this.advice = "bring a towel";
    this.next(this.end);
  }

  @step leave() {
    this.advice = "stay away";
    this.next(this.end);
  }

  // Only one of the cases ran: where they meet again is an ordinary step, not a join.
  @step end() {
    console.log(`${this.state}: ${this.advice}`);
  }
}
