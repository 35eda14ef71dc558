/** What may be an artifact, and what happens to an attempt that leaves something else. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createFlowFolder, type FlowFolder, IMPORTS, runFlow } from "./flow-run.js";

describe("an artifact", () => {
  it("keeps its type and its identity through steps, and is not changed by being read", async () => {
    const run = await runFlow(`
class Shape {}
export default class ValuesFlow extends FlowSpec {
  data!: Record<string, any>;
  checks!: Record<string, unknown>;
  @step start() {
    const shared = { name: "shared" };
    const cycle: any = { name: "cycle" };
    cycle.self = cycle;
    this.data = {
      map: new Map<unknown, unknown>([[1, "one"], ["k", new Set([1n, "x"])]]), date: new Date(0), big: 2n ** 70n,
      error: new RangeError("kept", { cause: "why" }), regexp: /a+/giu, url: new URL("https://example.org/?q=1"),
      floats: Float64Array.of(1.5, -0), buffer: Buffer.from("bytes"), nan: NaN, zero: -0, nothing: undefined, nul: null,
      text: "é刺身😀\\u0000\\ud800", holes: [1, , 3], cycle, one: shared, two: shared, deep: Object.create(null),
    };
    this.next(this.middle);
  }
  @step middle() { this.next(this.end); }
  @step end() {
    const { map, date, big, error, regexp, url, floats, buffer, nan, zero, text, holes, cycle, one, two } = this.data;
    this.checks = {
      map: map instanceof Map && map.get("k") instanceof Set && map.get("k").has(1n), date: date instanceof Date && date.getTime() === 0,
      big: big === 2n ** 70n, error: error instanceof RangeError && error.message === "kept" && error.cause === "why",
      regexp: regexp instanceof RegExp && String(regexp) === "/a+/giu", url: url instanceof URL && url.searchParams.get("q") === "1",
      floats: floats instanceof Float64Array && Object.is(floats[1], -0), buffer: Buffer.isBuffer(buffer) && buffer.toString() === "bytes",
      nan: Number.isNaN(nan), zero: Object.is(zero, -0), nothing: "nothing" in this.data && this.data.nothing === undefined,
      text: text === "é刺身😀\\u0000\\ud800", holes: holes.length === 3 && !(1 in holes), cycle: cycle.self === cycle, shared: one === two,
    };
  }
}`);
    expect(run.code).toBe(0);
    const checks = (await run.values("end")).checks as Record<string, boolean>;
    expect(Object.keys(checks).filter((name) => checks[name] !== true)).toEqual([]);
    expect((await run.record("end"))?.artifacts.data).toEqual((await run.record("start"))?.artifacts.data);
  });
});

describe("a value that cannot be stored", () => {
  let folder: FlowFolder;
  beforeAll(async () => {
    folder = await createFlowFolder({
      "flow.ts": `${IMPORTS}
import { Readable } from "node:stream";
class Model { weight = 1; }
const ways: Record<string, () => unknown> = {
  fn: () => ({ models: [1, 2, 3, { fit: () => 1 }] }),
  instance: () => new Map([["best", [new Model()]]]),
  symbol: () => [Symbol("s")],
  proxy: () => ({ wrapped: new Proxy({}, {}) }),
  stream: () => Readable.from([]),
  promise: () => [{ later: Promise.resolve(1) }],
  weak: () => new WeakMap(),
  flow: function (this: FlowSpec) { return { self: this }; },
};
export default class BrokenFlow extends FlowSpec {
  @parameter() how = "";
  before = "x".repeat(5000);
  value: unknown;
  @step start() {
    this.value = ways[this.how]!.call(this);
    console.log("made");
    this.next(this.end);
  }
  @step end() {}
}
`,
    });
  });

  it.each([
    ["fn", "value.models[3].fit", "function"],
    ["instance", 'value.get("best")[0]', "Model"],
    ["symbol", "value[0]", "symbol"],
    ["proxy", "value.wrapped", "Proxy"],
    ["stream", "value", "Readable"],
    ["promise", "value[0].later", "Promise"],
    ["weak", "value", "WeakMap"],
    ["flow", "value.self", "BrokenFlow"],
  ])("fails its task with the path to it: %s", async (how, path, what) => {
    const run = await folder.run(["flow.ts", "run", "--how", how]);
    expect(run.code).toBe(1);
    const error = await run.error("start");
    expect(error.code).toBe("MF_ARTIFACT_NOT_STORABLE");
    expect(error.message).toContain(`'${path}'`);
    expect(error.message).toContain(what);
    expect(await run.tasks("start")).toEqual([]);
    expect((await run.log("start")).stdout).toBe("made\n");
  });

  it("is found before anything of the attempt is written", async () => {
    const other = await createFlowFolder({
      "flow.ts": `${IMPORTS}
export default class FirstFlow extends FlowSpec {
  @step start() {
    const self = this as unknown as Record<string, unknown>;
    self.big = "unique " + "y".repeat(5000);
    self.value = { fit: () => 1 };
    this.next(this.end);
  }
  @step end() {}
}`,
    });
    const run = await other.run(["flow.ts", "run"]);
    expect(run.code).toBe(1);
    const steps = await readdir(join(other.store, "flows/FirstFlow/runs", run.run.id, "tasks")).catch(() => []);
    expect(steps).toEqual([]);
    // What can be kept of the failed attempt is kept with the failure.
    expect(Object.keys(await run.values("start"))).toEqual(["big"]);
  });
});
