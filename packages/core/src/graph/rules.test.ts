import { expect, test } from "vitest";
import { isMetaflowError, type MetaflowErrors } from "../errors/metaflow-error.js";
import { type CompiledFlowOptions, compiledFlow } from "../testing/compiled-flow.js";
import { buildGraph, type GraphOptions } from "./build-graph.js";
import { checkGraph } from "./check-graph.js";

interface Case {
  readonly rule: string;
  readonly body: string;
  /** `CODE@step`, in the order in which they are told. */
  readonly expected: readonly string[];
  /** A part of the first message. */
  readonly says: string;
  /** What stands at the position of the first problem. */
  readonly at?: string;
  readonly options?: CompiledFlowOptions;
  readonly graphOptions?: GraphOptions;
}

const END = "end() {}";
const linear = (from: string, to: string) => `${from}() { this.next(this.${to}); }\n`;
const join = (name: string, to: string) => `${name}(inputs) { this.next(this.${to}); }\n`;
const split = (from: string, ...to: string[]) =>
  `${from}() { this.next(${to.map((name) => `this.${name}`).join(", ")}); }\n`;
const foreach = (from: string, to: string) => `${from}() { this.next(this.${to}, { foreach: this.items }); }\n`;
const choose = (from: string, ...to: string[]) =>
  `${from}() { this.next({ ${to.map((name, index) => `c${index}: this.${name}`).join(", ")} }, { condition: this.c }); }\n`;

const cases: readonly Case[] = [
  {
    rule: "L1 reserved word",
    body: linear("start", "input") + linear("input", "end") + END,
    expected: ["STEP_NAME_RESERVED@input"],
    says: "'input' is a reserved word",
    at: "input()",
  },
  {
    rule: "L1 member of FlowSpec",
    body: linear("start", "mergeArtifacts") + linear("mergeArtifacts", "end") + END,
    expected: ["STEP_NAME_RESERVED@mergeArtifacts"],
    says: "mergeArtifacts",
  },
  {
    rule: "L1 makes a promise of the flow",
    body: linear("start", "then") + linear("then", "end") + END,
    expected: ["STEP_NAME_RESERVED@then"],
    says: "then",
  },
  {
    rule: "L2 no start",
    body: linear("begin", "end") + END,
    expected: ["ENDPOINT_MISSING@"],
    says: "has no start step",
    at: "class",
  },
  {
    rule: "L2 no end",
    body: `${linear("start", "stop")}stop() {}`,
    expected: ["ENDPOINT_MISSING@"],
    says: "has no end step",
  },
  {
    rule: "L2 several marked",
    body: linear("a", "b") + linear("b", "end") + END,
    options: { start: ["a", "b"] },
    expected: ["ENDPOINT_AMBIGUOUS@b"],
    says: "more than one start step: 'a', 'b'",
  },
  {
    rule: "L3 marked and named",
    body: linear("a", "start") + linear("start", "end") + END,
    options: { start: "a" },
    expected: ["ENDPOINT_AMBIGUOUS@start"],
    says: "'a', 'start'",
  },
  {
    rule: "L4 start has incoming",
    body: linear("start", "a") + choose("a", "start", "end") + END,
    expected: ["START_INCOMING@a"],
    says: "'start' has incoming transitions, from 'a'",
    at: "this.start",
  },
  {
    rule: "L5 end has a next",
    body: linear("start", "end") + linear("end", "start"),
    expected: ["END_OUTGOING@end"],
    says: "'end' has a this.next",
    at: "this.next(this.start)",
  },
  {
    rule: "L5 end has a bad next",
    body: `${linear("start", "end")}end() { if (x) this.next(this.start); }`,
    expected: ["END_OUTGOING@end"],
    says: "'end'",
  },
  {
    rule: "L5 end takes inputs",
    body: `${split("start", "a", "b") + linear("a", "end") + linear("b", "end")}end(inputs) {}`,
    expected: ["END_JOIN@end"],
    says: "'end' takes an argument",
    at: "end(inputs)",
  },
  {
    rule: "L6 underscore first",
    body: linear("start", "_a") + linear("_a", "end") + END,
    expected: ["STEP_NAME_INVALID@_a"],
    says: "'_a' is no valid step name",
  },
  {
    rule: "L6 dollar",
    body: linear("start", "a$") + linear("a$", "end") + END,
    expected: ["STEP_NAME_INVALID@a$"],
    says: "'$' is not allowed",
  },
  {
    rule: "L6 too long",
    body: linear("start", "a".repeat(101)) + linear("a".repeat(101), "end") + END,
    expected: [`STEP_NAME_INVALID@${"a".repeat(101)}`],
    says: "longer than 100",
  },
  {
    rule: "L6 differs in case only",
    body: linear("start", "Start") + linear("Start", "end") + END,
    expected: ["STEP_NAME_CASE@Start"],
    says: "'Start' and 'start' differ only",
  },
  {
    rule: "L7 too many arguments",
    body: `start(a, b) { this.next(this.end); }${END}`,
    expected: ["STEP_ARGUMENTS@start", "JOIN_WITHOUT_SPLIT@start"],
    says: "'start' takes too many arguments",
    at: "a, b",
  },
  {
    rule: "L7 generator",
    body: `*start() { this.next(this.end); }${END}`,
    expected: ["STEP_GENERATOR@start"],
    says: "'start' is a generator",
  },
  {
    rule: "L8 no next",
    body: `${linear("start", "a")}a() { work(); }${END}`,
    expected: ["NEXT_MISSING@a"],
    says: "'a' has no this.next",
    at: "a() { work",
  },
  {
    rule: "AC-G-6 next in two branches",
    body: `start() { if (x) this.next(this.a); else this.next(this.b); }${linear("a", "end")}${linear("b", "end")}${END}`,
    expected: ["NEXT_TWICE@start"],
    says: "in 2 places",
    at: "this.next(this.b)",
  },
  {
    rule: "L9 malformed",
    body: `start() { this.next(); }${END}`,
    expected: ["NEXT_INVALID@start"],
    says: "it names no step",
    at: "this.next()",
  },
  {
    rule: "L10 unknown, similar",
    body: linear("start", "trian") + linear("train", "end") + END,
    expected: ["STEP_UNKNOWN@start"],
    says: "'start' leads to 'trian'",
    at: "this.trian",
  },
  {
    rule: "L11 loop without a switch",
    body: linear("start", "a") + linear("a", "b") + split("b", "a", "end") + END,
    expected: ["CYCLE@b", "SPLIT_UNJOINED@end"],
    says: "a → b → a: only a switch may lead back",
    at: "this.next(this.a",
  },
  {
    rule: "L11 self-loop without a switch",
    body: linear("start", "a") + linear("a", "a") + END,
    expected: ["CYCLE@a"],
    says: "a → a",
  },
  {
    rule: "L11 entered in the middle",
    body: choose("start", "a", "b") + linear("a", "b") + choose("b", "a", "end") + END,
    expected: ["CYCLE@b"],
    says: "it can be entered elsewhere than at 'a'",
  },
  {
    rule: "L11 out of a foreach",
    body: linear("start", "a") + foreach("a", "w") + choose("w", "a", "j") + join("j", "end") + END,
    expected: ["CYCLE@w"],
    says: "not in the same branch of all splits",
  },
  {
    rule: "L11 into a foreach",
    body:
      foreach("start", "w") +
      linear("w", "j") +
      "j(inputs) { this.next({ a: this.w, b: this.end }, { condition: this.c }); }" +
      END,
    expected: ["CYCLE@j"],
    says: "not in the same branch",
  },
  {
    rule: "L11 back to a join",
    body:
      split("start", "a", "b") + linear("a", "j") + linear("b", "j") + join("j", "s") + choose("s", "j", "end") + END,
    expected: ["CYCLE@s"],
    says: "'j' is a join",
  },
  {
    rule: "a loop that never ends",
    body: linear("start", "a") + choose("a", "b", "c") + choose("b", "a", "a") + choose("c", "a", "b") + END,
    expected: ["LOOP_ENDLESS@a"],
    says: "nothing leads out of 'a', 'c', 'b'",
  },
  {
    rule: "L12 unreachable",
    body: linear("start", "end") + linear("a", "end") + END,
    expected: ["UNREACHABLE@a"],
    says: "'a' is unreachable from the start step 'start'",
  },
  {
    rule: "L13 split not joined",
    body:
      split("start", "a", "b") +
      linear("a", "j") +
      linear("b", "j") +
      join("j", "k") +
      foreach("k", "w") +
      linear("w", "end") +
      END,
    expected: ["SPLIT_UNJOINED@end"],
    says: "before the splits started at 'k' are joined",
  },
  {
    rule: "L14 a branch is missing",
    body:
      split("start", "a", "b", "c") + linear("a", "j") + linear("b", "j") + linear("c", "end") + join("j", "end") + END,
    expected: ["JOIN_INCOMPLETE@j"],
    says: "'c' is missing",
  },
  {
    rule: "L14 branches meet in a step without inputs",
    body: split("start", "a", "b") + linear("a", "j") + linear("b", "j") + linear("j", "end") + END,
    expected: ["JOIN_NO_INPUTS@j"],
    says: "Branches 'a', 'b' of the split 'start' meet in step 'j'",
  },
  {
    rule: "L14 branches meet in the end step",
    body: split("start", "a", "b") + linear("a", "end") + linear("b", "end") + END,
    expected: ["JOIN_NO_INPUTS@end"],
    says: "meet in step 'end'",
  },
  {
    rule: "undecorated start",
    body: `${linear("start", "end")}${END}`,
    options: { helpers: ["start"] },
    expected: ["STEP_UNMARKED@start"],
    says: "Method 'start' is written like a step, with a this.next(...), but is not marked",
    at: "start()",
  },
  {
    rule: "undecorated end of a single step",
    body: `only() {}\n${END}`,
    options: { helpers: ["end"] },
    expected: ["STEP_UNMARKED@end"],
    says: "Method 'end' is written like a step but is not marked",
  },
  {
    rule: "undecorated start besides others",
    body: linear("start", "a") + linear("a", "end") + linear("lost", "end") + END,
    options: { helpers: ["start", "lost"] },
    expected: ["STEP_UNMARKED@start", "STEP_UNMARKED@lost"],
    says: "'start'",
  },
  {
    rule: "undecorated method that a step leads to",
    body: linear("start", "a") + linear("a", "end") + END,
    options: { helpers: ["a"] },
    expected: ["STEP_UNKNOWN@start"],
    says: "leads to 'a'",
  },
  {
    rule: "this.next in a helper's helper only",
    body: `start() { this.go(); }\ngo() { this.further(); }\nfurther() { this.next(this.end); }\n${END}`,
    options: { helpers: ["go", "further"] },
    expected: ["NEXT_MISSING@start"],
    says: "Step 'start' has no this.next(...) of its own: it was found in further()",
  },
  {
    rule: "L15 join without split",
    body: linear("start", "j") + join("j", "end") + END,
    expected: ["JOIN_WITHOUT_SPLIT@j"],
    says: "'j' takes an argument as a join does",
    at: "j(inputs)",
  },
  {
    rule: "L16 unrelated splits",
    body:
      split("start", "a", "b") +
      split("a", "c", "d") +
      linear("b", "j") +
      linear("c", "j") +
      linear("d", "j") +
      join("j", "end") +
      END,
    expected: ["JOIN_UNRELATED@j"],
    says: "'b' (in the split of 'start'), 'c' (in the split of 'a')",
  },
  {
    rule: "two joins of one split",
    body:
      split("start", "a", "b") +
      choose("a", "j", "k") +
      choose("b", "j", "k") +
      join("j", "end") +
      join("k", "end") +
      END,
    expected: ["SPLIT_JOINED_TWICE@start"],
    says: "joined in several steps: 'j', 'k'",
  },
  {
    rule: "L17 switch with one case",
    body: choose("start", "end") + END,
    expected: ["SWITCH_CASES@start"],
    says: "one case only",
  },
  {
    rule: "L18 foreach straight into its join",
    body: foreach("start", "j") + join("j", "end") + END,
    expected: ["SPLIT_INTO_JOIN@start"],
    says: "'start' is a foreach that leads straight into its join 'j'",
    at: "this.next(this.j",
  },
  {
    rule: "L18 within a split",
    body: split("start", "a", "b") + foreach("a", "j") + join("j", "k") + linear("b", "k") + join("k", "end") + END,
    expected: ["SPLIT_INTO_JOIN@a"],
    says: "straight into its join 'j'",
  },
  {
    rule: "a branch straight into the join",
    body: split("start", "a", "j") + linear("a", "j") + join("j", "end") + END,
    expected: ["SPLIT_INTO_JOIN@start"],
    says: "'start' is a split",
  },
  {
    rule: "L19 numParallel without @parallel",
    body: `start() { this.next(this.w, { numParallel: 2 }); }${linear("w", "j")}${join("j", "end")}${END}`,
    expected: ["PARALLEL_UNDECORATED@start"],
    says: "'w' is started with numParallel by 'start'",
    at: "this.w",
  },
  {
    rule: "L20 @parallel without a join",
    body:
      "start() { this.next(this.w, { numParallel: 2 }); }" +
      linear("w", "v") +
      linear("v", "j") +
      join("j", "end") +
      END,
    options: { parallel: ["w"] },
    expected: ["PARALLEL_NOT_JOINED@w"],
    says: "'w' is not followed by a join",
  },
  {
    rule: "L21 @parallel without numParallel",
    body: foreach("start", "w") + linear("w", "j") + join("j", "end") + END,
    options: { parallel: ["w"] },
    expected: ["PARALLEL_MISUSED@start"],
    says: "'start' leads to it without numParallel",
    at: "this.w",
  },
  {
    rule: "L22 nested foreach where it is not supported",
    body: foreach("start", "a") + foreach("a", "b") + linear("b", "j") + join("j", "k") + join("k", "end") + END,
    graphOptions: { nestedForeach: false },
    expected: ["FOREACH_NESTED@a"],
    says: "'a' is a foreach inside of the foreach of 'start'",
  },
  {
    rule: "two foreach share their first step",
    body:
      choose("start", "a", "b") +
      foreach("a", "w") +
      foreach("b", "w") +
      "w(item) { this.next(this.j); }" +
      join("j", "end") +
      END,
    expected: ["FOREACH_TARGET_SHARED@w"],
    says: "'a' (in the foreach of 'a'), 'b' (in the foreach of 'b')",
  },
  {
    rule: "from inside and outside of a foreach",
    body: choose("start", "a", "w") + foreach("a", "v") + linear("v", "w") + linear("w", "end") + END,
    expected: ["SPLIT_CROSSED@w"],
    says: "'start' (in no split), 'v' (in the foreach of 'a')",
  },
  {
    rule: "maxIterations without a loop",
    body: `start() { this.next({ a: this.end, b: this.end }, { condition: this.c, maxIterations: 3 }); }${END}`,
    expected: ["NEXT_INVALID@start"],
    says: "none of its cases leads back",
  },
  {
    rule: "all problems at once",
    body: `start() { this.next(this.nowhere); }\n_a(x, y) {}\n${END}`,
    expected: ["STEP_NAME_INVALID@_a", "STEP_ARGUMENTS@_a", "NEXT_MISSING@_a", "STEP_UNKNOWN@start"],
    says: "_a",
  },
];

test.each(cases)("$rule", ({ body, expected, says, at, options, graphOptions }) => {
  const { definition, locator, text } = compiledFlow(body, options);
  const { graph, problems } = buildGraph(definition, locator, graphOptions);
  expect(graph).toBeNull();
  const told = problems.map(({ code, where }) => `${code.replace("MF_GRAPH_", "")}@${where.step ?? ""}`);
  expect(told).toEqual(expected);
  const [first] = problems;
  expect(first?.message).toContain(says);
  expect(first?.where).toMatchObject({ flow: "TestFlow", source: { file: "flow.ts" } });
  expect(first?.codeFrame).toContain("^");
  if (at === undefined || !first?.where.source) return;
  const { line, column } = first.where.source;
  expect(text.split("\n")[line - 1]?.slice(column - 1, column - 1 + at.length)).toBe(at);
});

test("every problem has a fix", () => {
  for (const { body, options, graphOptions } of cases) {
    const { definition } = compiledFlow(body, options);
    for (const { code, fix } of buildGraph(definition, null, graphOptions).problems) expect(fix, code).toBeTruthy();
  }
});

test("branches that lead to the end step are told of a join before it", () => {
  const { definition } = compiledFlow(
    `${split("start", "a", "b") + linear("a", "last") + linear("b", "last")}last() {}`,
    { end: "last" },
  );
  expect(buildGraph(definition, null).problems.map(({ fix }) => fix)).toEqual([
    "Add a join step before it, and lead the branches there: `@step join(inputs: Inputs<…>) { this.mergeArtifacts(inputs); this.next(this.last); }`.",
  ]);
});

test("a step that leads to an undecorated method is told to mark it, whatever other steps are called", () => {
  const body = `${linear("start", "train")}${linear("train", "trains")}${linear("trains", "end")}${END}`;
  const { definition } = compiledFlow(body, { helpers: ["train"] });
  expect(buildGraph(definition, null).problems[0]?.fix).toBe("Mark the method 'train' with @step.");
});

test("helpers may be called as steps often are, where steps of other names are the first and last", () => {
  const options = { start: "load", end: "last", helpers: ["start", "end", "report"] };
  const body = `load() { this.report(); this.next(this.last); }\nlast() {}\nstart() {}\nend() {}\nreport() { this.end(); }`;
  expect(buildGraph(compiledFlow(body, options).definition, null).problems).toEqual([]);
});

test("checkGraph throws them all as one error", () => {
  const { definition, locator } = compiledFlow("start() { this.next(this.nowhere); }\n_a(x, y) {}\nend() {}");
  let thrown: unknown;
  try {
    checkGraph(definition, locator);
  } catch (error) {
    thrown = error;
  }
  expect(isMetaflowError(thrown, "MF_GRAPH_INVALID")).toBe(true);
  expect((thrown as MetaflowErrors).errors).toHaveLength(4);
  expect((thrown as MetaflowErrors).message).toContain("has 4 problems");
  expect((thrown as MetaflowErrors).message).toContain("flow.ts:2:21 Step 'start' leads to 'nowhere'");
});

test("checkGraph gives the graph of a good flow", () => {
  const { definition, locator } = compiledFlow("start() { this.next(this.end); } end() {}");
  expect(checkGraph(definition, locator).flow).toBe("TestFlow");
});
