import { describe, expect, it } from "vitest";
import { checkGraph } from "../graph/check-graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { takeTransition } from "./take-transition.js";

const { definition } = compiledFlow(`
  start() { this.next(this.choose); }
  choose() { this.next({ big: this.fan, small: this.split }, { condition: "size" }); }
  fan() { this.next(this.each, { foreach: "models" }); }
  each(item) { this.next(this.gather); }
  gather(inputs) { this.next(this.end); }
  split() { this.next(this.left, this.right); }
  left() { this.next(this.join); }
  right() { this.next(this.join); }
  join(inputs) { this.next(this.end); }
  end() {}`);
const { steps } = checkGraph(definition, null);

type Instance = Record<string, unknown>;

function take(step: string, fields: Instance, args: ((instance: Instance) => readonly unknown[]) | null) {
  const node = steps[step];
  if (node === undefined) throw new Error(`There is no step ${step}.`);
  const instance = Object.assign(Object.create(definition.flowClass.prototype) as Instance, fields);
  return takeTransition(node, instance, args?.(instance) ?? null);
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe("the transition that a step made", () => {
  it("is what its source says", () => {
    expect(take("start", {}, (self) => [self.choose])).toEqual({ kind: "linear", target: "choose" });
    expect(take("split", {}, (self) => [self.left, self.right])).toEqual({ kind: "split", targets: ["left", "right"] });
    expect(take("end", {}, null)).toEqual({ kind: "end" });
  });

  it("must be made, and no other", () => {
    expect(() => take("start", {}, null)).toThrow(code("MF_NEXT_MISSING"));
    expect(() => take("start", {}, (self) => [self.end])).toThrow(code("MF_NEXT_UNEXPECTED"));
    expect(() => take("split", {}, (self) => [self.right, self.left])).toThrow(code("MF_NEXT_UNEXPECTED"));
    expect(() => take("split", {}, (self) => [self.left])).toThrow(code("MF_NEXT_UNEXPECTED"));
  });

  it.each([
    ["the name", () => "models"],
    ["the value", (self: Instance) => self.models],
  ])("is a foreach over an artifact, given by %s", (_, foreach) => {
    const taken = take("fan", { models: new Set(["a", "b"]) }, (self) => [self.each, { foreach: foreach(self) }]);
    expect(taken).toEqual({ kind: "foreach", target: "each", artifact: "models", items: ["a", "b"] });
  });

  it("is no foreach over nothing, over what can be gone through once, or over no list", () => {
    const fan = (models: unknown) => () => take("fan", { models }, (self) => [self.each, { foreach: "models" }]);
    expect(fan([])).toThrow(code("MF_FOREACH_EMPTY"));
    for (const models of [[1].values(), 5, null, { length: 1 }])
      expect(fan(models)).toThrow(code("MF_FOREACH_NOT_ITERABLE"));
  });

  it.each([
    ["the name", () => "size"],
    ["the value", (self: Instance) => self.size],
  ])("is a switch by an artifact, given by %s", (_, condition) => {
    const choose = (size: unknown) =>
      take("choose", { size }, (self) => [{ big: self.fan, small: self.split }, { condition: condition(self) }]);
    expect(choose("small")).toEqual({ kind: "switch", target: "split", case: "small" });
    expect(() => choose("odd")).toThrow(code("MF_SWITCH_NO_CASE"));
    expect(() => choose({})).toThrow(code("MF_SWITCH_NO_CASE"));
  });

  it("is no switch with other cases", () => {
    const choose = (cases: (self: Instance) => object) => () =>
      take("choose", { size: "big" }, (self) => [cases(self), { condition: "size" }]);
    expect(choose((self) => ({ big: self.split, small: self.fan }))).toThrow(code("MF_NEXT_UNEXPECTED"));
    expect(choose((self) => ({ big: self.fan }))).toThrow(code("MF_NEXT_UNEXPECTED"));
  });
});
