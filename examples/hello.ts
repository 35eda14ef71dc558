import { current, FlowSpec, step } from "@metaflow-ts/core";

/** Two steps, one artifact. */
export default class HelloFlow extends FlowSpec {
  greeting!: string;

  @step start() {
    this.greeting = "hello";
    this.next(this.end);
  }

  @step end() {
    console.log(`${this.greeting} from run ${current.runId}`);
  }
}
