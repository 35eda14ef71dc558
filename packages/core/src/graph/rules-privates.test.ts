import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { defineFlow } from "../flow/define-flow.js";
import { FlowSpec } from "../flow/flow-spec.js";
import { step } from "../flow/step.js";
import { buildGraph } from "./build-graph.js";

/** The problems of a flow, given the body of its class as a user writes it. */
function problemsOf(body: string): readonly string[] {
  const source = `class TestFlow extends FlowSpec {\n${body}\n}\nreturn TestFlow;`;
  const { code } = transformSync(source, { loader: "ts", target: "node22" });
  const flow = new Function("FlowSpec", "step", code)(FlowSpec, step);
  return buildGraph(defineFlow(flow), null).problems.map(({ code: found, message }) => `${found} ${message}`);
}

const lost = "MF_GRAPH_STEP_PRIVATE_FIELD Step 'start' assigns a #private field that step 'end' reads";

test.each([
  ["assigned", "this.#x = 5;"],
  ["counted up", "this.#x++;"],
  ["added to", "this.#x += 1;"],
  ["taken apart into", "[this.#x] = [1];"],
])("a private field that is %s in one step and read in another one is lost", (_how, statement) => {
  const body = `#x = 1; @step start() { ${statement} this.next(this.end); } @step end() { console.log(this.#x); }`;
  expect(problemsOf(body)).toEqual([expect.stringContaining(lost)]);
});

test.each([
  ["only read", "@step start() { this.next(this.end); } @step end() { console.log(this.#x); }"],
  [
    "assigned after all who read it",
    "@step start() { console.log(this.#x); this.next(this.end); } @step end() { this.#x = 2; }",
  ],
  ["used in one step", "@step start() { this.#x = 2; console.log(this.#x); this.next(this.end); } @step end() {}"],
  [
    "used by a helper of the step",
    "@step start() { this.#x = 2; this.show(); this.next(this.end); } show() { console.log(this.#x); } @step end() {}",
  ],
  [
    "assigned anew in each step",
    "@step start() { this.#x = 2; this.next(this.end); } @step end() { this.#x = 3; console.log(this.#x); }",
  ],
  [
    "assigned by a helper",
    "@step start() { this.#x = 2; this.next(this.end); } set() { this.#x = 3; } @step end() { this.set(); console.log(this.#x); }",
  ],
  [
    "assigned by an accessor",
    "get x() { return (this.#x = 3); } @step start() { this.#x = 2; this.next(this.end); } @step end() { console.log(this.x, this.#x); }",
  ],
  [
    "perhaps assigned by a function in a field",
    "set = () => { this.#x = 3; }; @step start() { this.#x = 2; this.next(this.end); } @step end() { this.set(); console.log(this.#x); }",
  ],
  [
    "perhaps assigned by a private method",
    "#set() { this.#x = 3; } @step start() { this.#x = 2; this.next(this.end); } @step end() { this.#set(); console.log(this.#x); }",
  ],
])("a private field that is %s is fine", (_how, body) => {
  expect(problemsOf(`#x = 1; ${body}`)).toEqual([]);
});
