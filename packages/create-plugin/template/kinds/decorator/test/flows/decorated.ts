import { FlowSpec, step } from "@metaflow-ts/core";
import { acmeName } from "../../src/decorator.js";

export default class DecoratedFlow extends FlowSpec {
  sum = 0;

  @acmeName({ label: "Adding" })
  @step
  start() {
    this.sum = 1 + 1;
    this.next(this.end);
  }

  @step end() {}
}
