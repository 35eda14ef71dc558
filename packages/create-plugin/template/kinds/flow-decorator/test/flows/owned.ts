import { current, FlowSpec, step } from "@metaflow-ts/core";
import { acmeNameFlow } from "../../src/flow-decorator.js";

@acmeNameFlow({ owner: "growth" })
export default class OwnedFlow extends FlowSpec {
  @step start() {
    console.log("owned by", current.owner);
    this.next(this.end);
  }

  @step end() {}
}
