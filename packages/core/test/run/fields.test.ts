/** Which fields of a class are artifacts, and what the rest of a class is to a step. */
import { describe, expect, it } from "vitest";
import { runFlow } from "./flow-run.js";

describe("fields of a flow's class", () => {
  it("are artifacts where they were assigned, and only the start step sees their initialisers", async () => {
    const run = await runFlow(`
export default class FieldsFlow extends FlowSpec {
  declared!: number;
  nothing: undefined;
  assigned!: number | undefined;
  list: number[] = [1];
  changed = "initial";
  merged = "initial";
  gone = "soon";
  seen!: Record<string, unknown>;
  @step start() {
    this.seen = { declared: "declared" in this, list: [...this.list], changed: this.changed };
    this.assigned = undefined;
    this.changed = "by start";
    delete (this as { gone?: string }).gone;
    this.next(this.left, this.right);
  }
  @step left() {
    this.seen = { declared: "declared" in this, changed: this.changed, list: this.list, gone: "gone" in this };
    this.merged = "by a branch";
    this.list.push(2);
    this.next(this.join);
  }
  @step right() {
    this.merged = "by a branch";
    this.next(this.join);
  }
  @step join(inputs: Inputs<FieldsFlow>) {
    const before = ["list", "changed", "merged"].map((name) => name in this);
    this.list = inputs.left.list;
    this.mergeArtifacts(inputs, { exclude: ["seen"] });
    this.seen = { before, goneInInput: "gone" in inputs.left, merged: this.merged };
    this.next(this.end);
  }
  @step end() {}
}`);
    expect(run.code).toBe(0);
    const start = await run.values("start");
    expect(start).not.toHaveProperty("declared");
    expect(start).not.toHaveProperty("nothing");
    expect(start).not.toHaveProperty("gone");
    expect(start).toEqual({
      seen: { declared: false, list: [1], changed: "initial" },
      assigned: undefined,
      list: [1],
      changed: "by start",
      merged: "initial",
    });
    expect((await run.values("left")).seen).toEqual({
      declared: false,
      changed: "by start",
      list: [1, 2],
      gone: false,
    });
    expect(await run.values("end")).toEqual({
      assigned: undefined,
      changed: "by start",
      list: [1, 2],
      merged: "by a branch",
      seen: { before: [false, false, false], goneInInput: false, merged: "by a branch" },
    });
  });

  it("that a step deleted are gone for the steps after it", async () => {
    const run = await runFlow(`
export default class DeleteFlow extends FlowSpec {
  big = [1, 2, 3];
  kept = 1;
  @step start() { this.next(this.middle); }
  @step middle() {
    delete (this as { big?: number[] }).big;
    this.next(this.end);
  }
  @step end() { console.log("big" in this, this.big.length); }
}`);
    expect(run.code).toBe(1);
    expect(await run.values("middle")).toEqual({ kept: 1 });
    expect(await run.error("end")).toMatchObject({
      code: "MF_ARTIFACT_ABSENT",
      message: expect.stringContaining("'big' in step 'end'"),
    });
  });

  it("in a join are not there until they are assigned or merged", async () => {
    const run = await runFlow(`
export default class JoinFlow extends FlowSpec {
  @parameter() alpha = 0.5;
  score = 1;
  @step start() { this.next(this.a, this.b); }
  @step a() { this.next(this.join); }
  @step b() { this.next(this.join); }
  @step join(inputs: Inputs<JoinFlow>) {
    console.log("alpha", this.alpha, "inputs", inputs.map((input) => input.score));
    console.log(this.score);
    this.next(this.end);
  }
  @step end() {}
}`);
    expect(run.code).toBe(1);
    expect((await run.log("join")).stdout).toBe("alpha 0.5 inputs [ 1, 1 ]\n");
    const { code, message, fix } = await run.error("join");
    expect(code).toBe("MF_ARTIFACT_ABSENT");
    expect(message).toContain("'score' in step 'join'");
    expect(fix).toMatch(/assign this\.score there, or call this\.mergeArtifacts\(inputs\)/);
    // The join failed itself, so that a resume begins with it anyway.
    expect(await run.error("join")).not.toHaveProperty("resume");
  });
});

describe("other members of a flow's class", () => {
  it("work as in any class, and are no artifacts", async () => {
    const run = await runFlow(`
export default class MembersFlow extends FlowSpec {
  static readonly offset = 5;
  #secret = 7;
  count!: number;
  result!: unknown;
  double = (x: number): number => x * 2 + this.#secret;
  helper(): number { return this.#secret + MembersFlow.offset; }
  get tripled(): number { return this.count * 3; }
  set half(value: number) { this.count = value / 2; }
  #hidden(): string { this.#secret += 1; return "hidden" + this.#secret; }
  @step start() {
    this.count = this.helper();
    this.next(this.end);
  }
  @step end() {
    this.result = [this.double(1), this.tripled, this.#hidden(), this.helper()];
    this.half = 10;
  }
}`);
    expect(run.code).toBe(0);
    expect(await run.values("end")).toEqual({ count: 5, result: [9, 36, "hidden8", 13] });
  });

  it("a parameter cannot be assigned, nor changed in place", async () => {
    const source = (statement: string): string => `
export default class ParameterFlow extends FlowSpec {
  @parameter() alpha = 0.5;
  @parameter() list = [1, [2]];
  @step start() {
    ${statement}
    this.next(this.end);
  }
  @step end() {}
}`;
    const assigned = await runFlow(source("(this as { alpha: number }).alpha = 2;"));
    expect(assigned.code).toBe(1);
    expect(await assigned.error("start")).toMatchObject({
      code: "MF_PARAMETER_READONLY",
      codeFrame: expect.any(String),
    });
    const changed = await runFlow(source("(this.list[1] as number[]).push(3);"));
    expect(changed.code).toBe(1);
    expect(await changed.error("start")).toMatchObject({ type: "TypeError" });
  });

  it("input, index and foreachStack say where a task is", async () => {
    const run = await runFlow(`
export default class WhereFlow extends FlowSpec {
  outer = ["a", "b"];
  inner!: number[];
  seen!: unknown;
  @step start() {
    this.seen = [this.input, this.index, this.foreachStack()];
    this.next(this.middle, { foreach: this.outer });
  }
  @step middle(item: string) {
    this.inner = [10, 20];
    this.seen = [item, this.input, this.index];
    this.next(this.leaf, { foreach: this.inner });
  }
  @step leaf() {
    this.seen = [this.input, this.index];
    this.next(this.after);
  }
  @step after() {
    this.seen = [this.input, this.index, this.foreachStack()];
    this.next(this.close);
  }
  @step close(inputs: Inputs<WhereFlow>) {
    this.seen = [this.input, this.index, inputs.length, this.foreachStack()];
    this.next(this.finish);
  }
  @step finish(inputs: Inputs<WhereFlow>) {
    this.seen = [this.input, this.index, inputs.map((each) => each.seen)];
    this.next(this.end);
  }
  @step end() {}
}`);
    expect(run.code).toBe(0);
    const outer = { step: "start", index: 1, splits: 2, value: "b" };
    const inner = { step: "middle", index: 0, splits: 2, value: 10 };
    expect((await run.values("start")).seen).toEqual([undefined, undefined, []]);
    expect((await run.values("middle", "i1")).seen).toEqual(["b", "b", 1]);
    expect((await run.values("leaf", "i1-i0")).seen).toEqual([10, 0]);
    expect((await run.values("after", "i1-i0")).seen).toEqual([10, 0, [outer, inner]]);
    expect((await run.values("close", "i1")).seen).toEqual(["b", 1, 2, [outer]]);
    expect((await run.values("end")).seen).toEqual([
      undefined,
      undefined,
      [0, 1].map((k) => [k === 0 ? "a" : "b", k, 2, [{ ...outer, index: k, value: k === 0 ? "a" : "b" }]]),
    ]);
  });

  it("keep names that every object has, and cannot take those of methods", async () => {
    const run = await runFlow(`
export default class NamesFlow extends FlowSpec {
  [name: string]: unknown;
  valueOf = { kept: 1 } as never;
  @step start() {
    Object.assign(this, { toString: { v: 1 }, hasOwnProperty: "own" });
    this.refused = ["next", "input", "helper", "end"].map((name) => {
      try {
        this[name] = 1;
        return "assigned";
      } catch (error) {
        return (error as { code?: string }).code;
      }
    });
    this.next(this.middle);
  }
  helper() {}
  @step middle() { this.next(this.end); }
  @step end() {}
}`);
    expect(run.code).toBe(0);
    const values = await run.values("end");
    expect(values).toEqual({
      valueOf: { kept: 1 },
      toString: { v: 1 },
      hasOwnProperty: "own",
      refused: Array(4).fill("MF_ARTIFACT_NAME_TAKEN"),
    });
  });

  it.each(["get: () => 1", "set: () => {}"])("cannot be an accessor that a step defines: %s", async (accessor) => {
    const run = await runFlow(`
export default class GetterFlow extends FlowSpec {
  @step start() {
    Object.defineProperty(this, "lazy", { ${accessor}, enumerable: true, configurable: true });
    this.next(this.end);
  }
  @step end() {}
}`);
    expect(run.code).toBe(1);
    expect(run.finished.failure?.error).toMatchObject({ code: "MF_ARTIFACT_NOT_STORABLE" });
    expect(run.finished.failure?.error.message).toContain("'lazy'");
  });
});
