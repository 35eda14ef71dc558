import { expect, test } from "vitest";
import { compiledFlow } from "../testing/compiled-flow.js";
import { checkGraph } from "./check-graph.js";
import { graphDot } from "./graph-dot.js";
import { graphJson } from "./graph-json.js";
import { graphText } from "./graph-text.js";

const { definition, locator } = compiledFlow(
  `
  /** Begins. */
  start() { this.next(this.b, this.c); }
  b() { this.next({ 'say "x"': this.d, y: this.j }, { condition: this.mode, default: this.d }); }
  d() { this.next({ a: this.b, z: this.j }, { condition: this.mode }); }
  c() { this.next(this.j); }
  j(inputs) { this.next(this.w, { foreach: this.items }); }
  w() { this.next(this.p, { numParallel: this.n }); }
  p() { this.next(this.k); }
  k(inputs) { this.next(this.l); }
  l(inputs) { this.next(this.end); }
  end() {}`,
  { parallel: ["p"] },
);
const graph = checkGraph(definition, locator);

test("output-raw", () => {
  const { graph: steps, graph_structure: structure } = graphJson(graph);
  expect(steps.start).toEqual({
    name: "start",
    type: "split-static",
    line: 4,
    source_file: "flow.ts",
    doc: "Begins.",
    decorators: [],
    next: ["b", "c"],
    node_info: {},
    matching_join: "j",
  });
  expect(steps.b).toMatchObject({
    type: "split-switch",
    condition: "mode",
    switch_cases: { 'say "x"': "d", y: "j" },
    switch_default: "d",
    next: ["d", "j"],
  });
  expect(steps.j).toMatchObject({ type: "split-foreach", foreach_artifact: "items", matching_join: "l" });
  expect(steps.w).toMatchObject({ type: "split-parallel", num_parallel: null, matching_join: "k" });
  expect(steps.p?.decorators).toEqual([{ name: "gang", attributes: {}, statically_defined: true, inserted_by: null }]);
  expect(structure).toEqual(["start", [["b", [["d"], []]], ["c"]], "j", [["w", [["p"]], "k"]], "l", "end"]);
  expect(JSON.parse(JSON.stringify(graphJson(graph)))).toEqual(graphJson(graph));
});

test("output-dot", () => {
  const dot = graphDot(graph);
  expect(dot).toContain(
    'digraph "TestFlow" {\nrankdir=LR;\n"start" [label=<<b>start</b> | <font point-size="10">split-static</font>>',
  );
  expect(dot).toContain(
    '"b" [label=<<b>b</b><br/><font point-size="10">split-switch</font>>, fontname="Helvetica", shape="hexagon"];',
  );
  expect(dot).toContain('"b" -> "d" [label="say \\"x\\", default", fontname="Helvetica"];');
  expect(dot).toContain('"start" -> "c";');
});

test("show", () => {
  const text = graphText(graph);
  expect(text).toContain("Step start\n    Begins.\n    => b, c\n\n");
  expect(text).toContain('    => say "x": d, y: j, default: d (by mode)');
  expect(text).toContain("    => w (foreach items)");
  expect(text).toContain("@gang\nStep p\n    => k");
  expect(text.endsWith("Step end")).toBe(true);
});
