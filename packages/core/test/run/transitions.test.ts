/** What foreach, switch and loop do with the values they get when the flow runs. */
import { beforeAll, describe, expect, it } from "vitest";
import { createFlowFolder, type FlowFolder, IMPORTS, runFlow } from "./flow-run.js";

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({
    "each.ts": `${IMPORTS}
const lists: Record<string, () => any> = {
  set: () => new Set(["a", "b"]), map: () => new Map([["k", 1], ["l", 2]]), text: () => "é😀", typed: () => Float32Array.of(1.5, 2.5),
  holes: () => [, undefined], null: () => null, number: () => 5, object: () => ({ a: 1 }), undefined: () => undefined,
  generator: () => (function* () { yield 1; })(), empty: () => [], emptyText: () => "", range: () => Array.from({ length: 7 }, (_, k) => k),
};
export default class EachFlow extends FlowSpec {
  @parameter() how = "";
  list: any;
  seen: unknown;
  @step start() { this.list = lists[this.how]!(); this.next(this.body, { foreach: this.list }); }
  @step async body(item: unknown) {
    const from = Date.now();
    await new Promise((done) => setTimeout(done, this.how === "range" ? 30 : 0));
    this.seen = { item, index: this.index, time: [from, Date.now()] };
    this.next(this.join);
  }
  @step join(inputs: Inputs<EachFlow>) { this.seen = inputs.map((input) => input.seen); this.next(this.end); }
  @step end() {}
}
`,
    "choose.ts": `${IMPORTS}
const values: Record<string, any> = { a: "a", other: "nowhere", number: 1, yes: true, text1: "1", undefined: undefined, object: {} };
export default class ChooseFlow extends FlowSpec {
  @parameter() how = "";
  value: any;
  took: string[] = [];
  @step start() { this.value = values[this.how]; this.next({ a: this.first, 1: this.second, true: this.third }, { condition: this.value }); }
  @step first() { this.took.push("a"); this.next(this.middle); }
  @step second() { this.took.push("1"); this.next(this.middle); }
  @step third() { this.took.push("true"); this.next(this.middle); }
  @step middle() { this.next({ nothing: this.end }, { condition: this.how, default: this.fallback }); }
  @step fallback() { this.took.push("default"); this.next(this.end); }
  @step end() {}
}
`,
    "loop.ts": `${IMPORTS}
export default class LoopFlow extends FlowSpec {
  @parameter() rounds = 3;
  count = 0;
  verdict!: "again" | "done";
  @step start() { this.next(this.work); }
  @step work() { this.count += 1; this.next(this.judge); }
  @step judge() {
    this.verdict = this.count < this.rounds ? "again" : "done";
    this.next({ again: this.work, done: this.end }, { condition: this.verdict, maxIterations: 4 });
  }
  @step end() {}
}
`,
  });
});

describe("foreach", () => {
  it.each([
    ["set", ["a", "b"]],
    [
      "map",
      [
        ["k", 1],
        ["l", 2],
      ],
    ],
    ["text", ["é", "😀"]],
    ["typed", [1.5, 2.5]],
    ["holes", [undefined, undefined]],
  ])("goes over a %s", async (how, items) => {
    const run = await folder.run(["each.ts", "run", "--how", how]);
    expect(run.code).toBe(0);
    const { seen } = await run.values("end");
    expect((seen as { item: unknown }[]).map(({ item }) => item)).toEqual(items);
    expect((seen as { index: number }[]).map(({ index }) => index)).toEqual(items.map((_, k) => k));
  });

  it.each([
    ["null", "MF_FOREACH_NOT_ITERABLE", "null"],
    ["undefined", "MF_FOREACH_NOT_ITERABLE", "undefined"],
    ["number", "MF_FOREACH_NOT_ITERABLE", "a number"],
    ["object", "MF_FOREACH_NOT_ITERABLE", "Object"],
    ["empty", "MF_FOREACH_EMPTY", "empty"],
    ["emptyText", "MF_FOREACH_EMPTY", "empty"],
  ])("over %s fails and names the artifact", async (how, code, text) => {
    const run = await folder.run(["each.ts", "run", "--how", how]);
    expect(run.code).toBe(1);
    const error = await run.error("start");
    expect(error.code).toBe(code);
    expect(error.message).toContain("'list'");
    expect(error.message).toContain("'start'");
    expect(error.message).toContain(text);
  });

  it("over a generator fails and names the artifact, since it has its items only once", async () => {
    const run = await folder.run(["each.ts", "run", "--how", "generator"]);
    expect(run.code).toBe(1);
    expect((await run.error("start")).message).toContain("'list'");
  });

  it("over more than --max-num-splits fails before any item, and says how to go on", async () => {
    const run = await folder.run(["each.ts", "run", "--how", "range", "--max-num-splits", "6"]);
    expect(run.code).toBe(1);
    const { failure } = run.finished;
    expect(failure?.error).toMatchObject({
      code: "MF_FOREACH_TOO_WIDE",
      fix: expect.stringContaining("--max-num-splits 7"),
      resume: ["--max-num-splits", "7"],
      stack: [expect.stringMatching(/^at each\.ts:\d+:\d+$/)],
      codeFrame: expect.stringMatching(/^> .* start\(\)/m),
    });
    expect(failure?.error.message).toMatch(/'start'.*'list'.*7.*6/);
    expect(run.events.filter(({ type }) => type === "task.started")).toHaveLength(1);
    const enough = await folder.run(["each.ts", "run", "--how", "range", "--max-num-splits", "7"]);
    expect(enough.code).toBe(0);
    const shown = await folder.cli(["each.ts", "run", "--how", "range", "--max-num-splits", "6"]);
    expect(shown.stdout).toMatch(/^The run could not go on after \w+\/\d+\/start\/0:$/m);
    expect(shown.stdout).toContain("metaflow each.ts resume --max-num-splits 7");
    const { stdout } = await folder.cli(["each.ts", "status"]);
    expect(stdout).toMatch(/metaflow each\.ts resume --max-num-splits 7 --origin-run-id \d+/);
  });

  it("runs one task at a time with --max-workers 1, in the order of the items", async () => {
    const run = await folder.run(["each.ts", "run", "--how", "range", "--max-workers", "1"]);
    const times = ((await run.values("end")).seen as { time: [number, number] }[]).flatMap(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const wide = await folder.run(["each.ts", "run", "--how", "range", "--max-workers", "7"]);
    const spans = ((await wide.values("end")).seen as { time: [number, number] }[]).map(({ time }) => time);
    expect(
      spans.some(([start], k) => spans.some(([begin, end], other) => other !== k && begin <= start && start < end)),
    ).toBe(true);
  });
});

describe("switch", () => {
  it.each([
    ["a", ["a", "default"]],
    ["number", ["1", "default"]],
    ["text1", ["1", "default"]],
    ["yes", ["true", "default"]],
  ])("takes the case of the value, and the default where there is none: %s", async (how, took) => {
    const run = await folder.run(["choose.ts", "run", "--how", how]);
    expect(run.code).toBe(0);
    expect((await run.values("end")).took).toEqual(took);
  });

  it.each([
    ["other", '"nowhere"'],
    ["undefined", "undefined"],
    ["object", "Object"],
  ])("without a case or a default fails, and lists the cases: %s", async (how, value) => {
    const run = await folder.run(["choose.ts", "run", "--how", how]);
    expect(run.code).toBe(1);
    const { code, message } = await run.error("start");
    expect(code).toBe("MF_SWITCH_NO_CASE");
    expect(message).toContain(value);
    expect(message).toMatch(/'start'.*value.*a.*true/);
  });
});

describe("a loop", () => {
  it("runs until its switch leaves it, each round a task of its own", async () => {
    const run = await folder.run(["loop.ts", "run", "--rounds", "4"]);
    expect(run.code).toBe(0);
    expect((await run.values("end")).count).toBe(4);
    expect(await run.tasks("work")).toEqual(["r0", "r1", "r2", "r3"]);
    expect((await run.values("judge", "r2")).count).toBe(3);
  });

  it("stops at maxIterations, and says which loop it was", async () => {
    const run = await folder.run(["loop.ts", "run", "--rounds", "5"]);
    expect(run.code).toBe(1);
    expect(run.finished.failure?.error).toMatchObject({
      code: "MF_LOOP_LIMIT_REACHED",
      message: expect.stringMatching(/'judge'.*'work'.*4/),
      stack: [expect.stringMatching(/^at loop\.ts:\d+:\d+$/)],
      codeFrame: expect.stringMatching(/^> .* judge\(\)/m),
    });
    expect(await run.tasks("work")).toHaveLength(4);
  });
});

it("mergeArtifacts refuses what differs, takes what is the same, and passes it on by reference", async () => {
  const run = await runFlow(`
export default class MergeFlow extends FlowSpec {
  @parameter() clash = false;
  same = "s".repeat(3000);
  differs = 0;
  onlyLeft!: number;
  ignored!: string;
  @step start() { this.next(this.left, this.right); }
  @step left() { this.differs = 1; this.onlyLeft = 7; this.ignored = "l"; this.next(this.join); }
  @step right() { this.differs = 2; this.ignored = "r"; this.next(this.join); }
  @step join(inputs: Inputs<MergeFlow>) {
    try { this.mergeArtifacts(inputs); } catch (error) { console.log((error as Error).message); }
    this.differs = inputs.left.differs + inputs.right.differs;
    this.mergeArtifacts(inputs, { exclude: ["ignored"] });
    this.next(this.end);
  }
  @step end() {}
}`);
  expect(run.code).toBe(0);
  expect((await run.log("join")).stdout).toMatch(/'differs', 'ignored'/);
  expect(await run.values("end")).toEqual({ clash: false, same: "s".repeat(3000), differs: 3, onlyLeft: 7 });
  expect((await run.record("join"))?.artifacts.same).toEqual((await run.record("start"))?.artifacts.same);
});
