import { FlowSpec, parameter, step } from "@metaflow-ts/core";

/**
 * Values that are fixed when the run starts.
 *
 *     metaflow parameters.ts run --name Ada --times 2 --greeting hi --marks '["!", "?"]'
 */
export default class ParameterFlow extends FlowSpec {
  @parameter({ help: "Whom to greet", required: true }) readonly name!: string;
  @parameter({ help: "How often" }) readonly times: number = 1;
  @parameter({ help: "Whether to shout" }) readonly loud: boolean = false;
  @parameter({ help: "How", choices: ["hello", "hi"] }) readonly greeting: "hello" | "hi" = "hello";
  @parameter({ help: "What to end with, in turn" }) readonly marks: string[] = ["."];

  lines: string[] = [];

  @step start() {
    for (let k = 0; k < this.times; k += 1) {
      const line = `${this.greeting}, ${this.name}${this.marks[k % this.marks.length]}`;
      this.lines.push(this.loud ? line.toUpperCase() : line);
    }
    this.next(this.end);
  }

  @step end() {
    console.log(this.lines.join("\n"));
  }
}
