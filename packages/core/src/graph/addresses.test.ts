import { expect, test } from "vitest";
import type { FlowGraph } from "../contracts/graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { parseTaskId, successorAddress, taskId } from "./addresses.js";
import { checkGraph } from "./check-graph.js";

const { definition } = compiledFlow(`
  start() { this.next(this.outer); }
  outer() { this.next(this.body, { foreach: this.xs }); }
  body(x) { this.next(this.self); }
  self() { this.next({ again: this.self, more: this.body, done: this.join }, { condition: this.c }); }
  join(inputs) { this.next(this.check); }
  check() { this.next({ again: this.outer, done: this.end }, { condition: this.c }); }
  end() {}`);
const graph: FlowGraph = checkGraph(definition, null);
const next = (step: string, address: readonly number[], target: string, index?: number) =>
  successorAddress(graph, { step, address }, target, index);

test("a loop that is entered begins with iteration 0, a foreach takes the index", () => {
  expect(next("start", [], "outer")).toEqual([0]);
  expect(next("outer", [2], "body", 7)).toEqual([2, 7, 0]);
  expect(next("body", [2, 7, 1], "self")).toEqual([2, 7, 1, 0]);
});

test("leading back begins the next iteration and ends what is inside", () => {
  expect(next("self", [2, 7, 1, 3], "self")).toEqual([2, 7, 1, 4]);
  expect(next("self", [2, 7, 1, 3], "body")).toEqual([2, 7, 2]);
  expect(next("check", [2], "outer")).toEqual([3]);
});

test("leaving a loop or a foreach takes its number away", () => {
  expect(next("self", [2, 7, 1, 3], "join")).toEqual([2]);
  expect(next("join", [2], "check")).toEqual([2]);
  expect(next("check", [2], "end")).toEqual([]);
});

test("a foreach needs an index", () => {
  expect(() => next("outer", [0], "body")).toThrow("no index");
});

test("ids", () => {
  expect(taskId(graph, "end", [])).toBe("0");
  expect(taskId(graph, "self", [2, 7, 1, 3])).toBe("r2-i7-r1-r3");
  expect(parseTaskId(graph, "self", "r2-i7-r1-r3")).toEqual([2, 7, 1, 3]);
  expect(parseTaskId(graph, "end", "0")).toEqual([]);
  for (const wrong of [
    "",
    "0",
    "r2",
    "r2-i7-r1-i3",
    "r02-i7-r1-r3",
    "r-1-i7-r1-r3",
    "r2-i7-r1-r3-r4",
    "r1e3-i7-r1-r3",
    "r2-i-r1-r3",
  ]) {
    expect(parseTaskId(graph, "self", wrong)).toBeNull();
  }
  expect(parseTaskId(graph, "end", "i0")).toBeNull();
});

test("what does not fit is refused", () => {
  expect(() => taskId(graph, "end", [1])).toThrow("has 0 numbers");
  expect(() => taskId(graph, "nowhere", [])).toThrow("no step 'nowhere'");
});
