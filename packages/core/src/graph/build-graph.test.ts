import { expect, test } from "vitest";
import type { FlowGraph } from "../contracts/graph.js";
import { type CompiledFlowOptions, compiledFlow } from "../testing/compiled-flow.js";
import { buildGraph } from "./build-graph.js";

function graphOf(body: string, options?: CompiledFlowOptions): FlowGraph {
  const { definition, locator } = compiledFlow(body, options);
  const { graph, problems } = buildGraph(definition, locator);
  expect(problems).toEqual([]);
  if (graph === null) throw new Error("unreachable");
  return graph;
}

const scopeText = (graph: FlowGraph, step: string) =>
  graph.steps[step]?.scope.map((frame) => `${frame.kind}:${frame.step}`).join(" ");

test("a static split: types, neighbours, matching join and Metaflow's structure", () => {
  const graph = graphOf(`
    start() { this.next(this.b, this.c); }
    b() { this.next(this.j); }
    c() { this.next(this.j); }
    j(inputs) { this.next(this.end); }
    end() {}`);
  expect(graph.structure).toEqual(["start", [["b"], ["c"]], "j", "end"]);
  expect(Object.values(graph.steps).map(({ name, type }) => [name, type])).toEqual([
    ["start", "split-static"],
    ["b", "linear"],
    ["c", "linear"],
    ["j", "join"],
    ["end", "end"],
  ]);
  expect(graph.steps.start).toMatchObject({ next: ["b", "c"], matchingJoin: "j", previous: [] });
  expect(graph.steps.j).toMatchObject({ previous: ["b", "c"], split: "start", isJoin: true, scope: [] });
  expect(graph.steps.b).toMatchObject({ isJoin: false, split: null, scope: [] });
});

test("steps come in the order of the graph, ties in the order of the source", () => {
  const graph = graphOf(`
    end() {}
    join(inputs) { this.next(this.end); }
    z() { this.next(this.join); }
    a() { this.next(this.join); }
    start() { this.next(this.a, this.z); }`);
  expect(Object.keys(graph.steps)).toEqual(["start", "z", "a", "join", "end"]);
});

test("one step is both start and end", () => {
  const graph = graphOf("only() {}");
  expect(graph).toMatchObject({ start: "only", end: "only", structure: ["only"] });
  expect(graph.steps.only?.type).toBe("end");
});

test("start and end under other names", () => {
  const graph = graphOf("first() { this.next(this.last); } last() {}", { start: "first", end: "last" });
  expect(graph).toMatchObject({ start: "first", end: "last" });
  expect(graph.steps.first?.type).toBe("start");
});

test("nested foreach: scopes from the outside in", () => {
  const graph = graphOf(`
    start() { this.next(this.a, { foreach: this.xs }); }
    a(x) { this.next(this.b, { foreach: this.ys }); }
    b() { this.next(this.inner); }
    inner(inputs) { this.next(this.outer); }
    outer(inputs) { this.next(this.end); }
    end() {}`);
  expect(scopeText(graph, "start")).toBe("");
  expect(scopeText(graph, "a")).toBe("foreach:start");
  expect(scopeText(graph, "b")).toBe("foreach:start foreach:a");
  expect(scopeText(graph, "inner")).toBe("foreach:start");
  expect(scopeText(graph, "outer")).toBe("");
  expect(graph.structure).toEqual(["start", [["a", [["b"]], "inner"]], "outer", "end"]);
  expect(graph.steps.a).toMatchObject({ isJoin: false, matchingJoin: "inner", type: "split-foreach" });
});

test("a switch may lead straight into the join around it, from a branch and from a foreach", () => {
  const graph = graphOf(`
    start() { this.next(this.a, this.b); }
    a() { this.next({ deep: this.more, done: this.join }, { condition: this.c }); }
    more() { this.next(this.join); }
    b() { this.next(this.join); }
    join(inputs) { this.next(this.w, { foreach: this.xs }); }
    w() { this.next({ 1: this.v, 2: this.join2, 3: this.join2 }, { condition: this.c }); }
    v() { this.next(this.join2); }
    join2(inputs) { this.next(this.end); }
    end() {}`);
  expect(graph.steps.join).toMatchObject({
    previous: ["a", "more", "b"],
    split: "start",
    type: "split-foreach",
    isJoin: true,
  });
  expect(graph.steps.w?.next).toEqual(["v", "join2"]);
  expect(graph.structure).toEqual([
    "start",
    [["a", [["more"], []]], ["b"]],
    "join",
    [["w", [["v"], []]]],
    "join2",
    "end",
  ]);
});

test("loops: self, of several steps, nested, inside a foreach, around a foreach", () => {
  const graph = graphOf(`
    start() { this.next(this.outer); }
    outer() { this.next(this.body, { foreach: this.xs }); }
    body(x) { this.next(this.self); }
    self() { this.next({ again: this.self, more: this.body, done: this.join }, { condition: this.c }); }
    join(inputs) { this.next(this.check); }
    check() { this.next({ again: this.outer, done: this.end }, { condition: this.c, maxIterations: 5 }); }
    end() {}`);
  expect(scopeText(graph, "outer")).toBe("loop:outer");
  expect(scopeText(graph, "body")).toBe("loop:outer foreach:outer loop:body");
  expect(scopeText(graph, "self")).toBe("loop:outer foreach:outer loop:body loop:self");
  expect(scopeText(graph, "join")).toBe("loop:outer");
  expect(scopeText(graph, "check")).toBe("loop:outer");
  expect(scopeText(graph, "end")).toBe("");
  expect(graph.steps.self?.backTo).toEqual(["self", "body"]);
  expect(graph.steps.check?.backTo).toEqual(["outer"]);
  expect(graph.steps.outer?.previous).toEqual(["start", "check"]);
  expect(graph.structure).toEqual(["start", "outer", [["body", "self"]], "join", "check", "end"]);
});

test("loops with the same head are one", () => {
  const graph = graphOf(`
    start() { this.next(this.h); }
    h() { this.next({ a: this.a, b: this.b }, { condition: this.c }); }
    a() { this.next({ again: this.h, done: this.end }, { condition: this.c }); }
    b() { this.next({ again: this.h, done: this.end }, { condition: this.c }); }
    end() {}`);
  for (const step of ["h", "a", "b"]) expect(scopeText(graph, step)).toBe("loop:h");
});

test("a step that leaves the loop is not in it", () => {
  const graph = graphOf(`
    start() { this.next(this.h); }
    h() { this.next({ go: this.t, out: this.x }, { condition: this.c }); }
    x() { this.next(this.end); }
    t() { this.next({ again: this.h, done: this.end }, { condition: this.c }); }
    end() {}`);
  expect(scopeText(graph, "x")).toBe("");
  expect(scopeText(graph, "t")).toBe("loop:h");
  expect(graph.structure).toEqual(["start", "h", [["t"], ["x"]], "end"]);
});

test("numParallel", () => {
  const body = `
    start() { this.next(this.w, { numParallel: 4 }); }
    w() { this.next(this.j); }
    j(inputs) { this.next(this.end); }
    end() {}`;
  const graph = graphOf(body, { parallel: ["w"] });
  expect(graph.steps.start).toMatchObject({ type: "split-parallel", matchingJoin: "j" });
  expect(scopeText(graph, "w")).toBe("foreach:start");
});

test("reads come from the step, its helpers and accessors, and not from steps or members of the base class", () => {
  const graph = graphOf(
    `
    start() { this.help(this.alpha); console.log(this.total, this.index); this.next(this.w, { foreach: this.items }); }
    help(x) { this.deeper(); return this.inHelper; }
    deeper() { return this["inDeeper"] + this.help(); }
    get total() { return this.one + this.two; }
    w() { this.next(this.j); }
    j(inputs) { this.best = this.pick(inputs); this.mergeArtifacts(inputs); this.next(this.end); }
    pick(all) { return all.map((one) => one.score); }
    end() { console.log(this.best); }`,
    { helpers: ["help", "deeper", "pick"] },
  );
  expect(graph.steps.start?.reads.toSorted()).toEqual(["alpha", "inDeeper", "inHelper", "items", "one", "two"]);
  expect(graph.steps.j?.reads).toEqual([]);
  expect(graph.steps.j?.inputReads).toContain("score");
  expect(graph.steps.w?.inputReads).toEqual([]);
  expect(graph.steps.end?.reads).toEqual(["best"]);
});

test("positions and doc comments come from the source", () => {
  const graph = graphOf(`
    /** Loads. */
    start() { this.next(this.end); }

    /**
     * Ends
     *   it.
     */
    async end() {}`);
  expect(graph.steps.start).toMatchObject({ doc: "Loads.", source: { file: "flow.ts", line: 4, column: 5 } });
  expect(graph.steps.end?.doc).toBe("Ends\n  it.");
  expect(graph).toMatchObject({ file: "flow.ts", flow: "TestFlow", doc: "" });
});

test("without a locator a graph is the same, positions aside", () => {
  const { definition } = compiledFlow("start() { this.next(this.end); } end() {}");
  const { graph } = buildGraph(definition, null);
  expect(graph?.steps.start).toMatchObject({ source: null, doc: "" });
  expect(graph?.file).toBe("");
});

test("thousands of steps are no problem", () => {
  const count = 5_000;
  const steps = Array.from({ length: count }, (_, index) => `s${index}() { this.next(this.s${index + 1}); }`);
  const { definition } = compiledFlow(`start() { this.next(this.s0); } ${steps.join("\n")} s${count}() {}`, {
    end: `s${count}`,
  });
  const begin = performance.now();
  const { graph } = buildGraph(definition, null);
  expect(Object.keys(graph?.steps ?? {})).toHaveLength(count + 2);
  expect(performance.now() - begin).toBeLessThan(2_000);
});
