import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { parseStep } from "./parse-step.js";

const transition = (statements: string) => parseStep(`s() { ${statements} }`).transition;
const problems = (statements: string) => {
  const text = `s() { ${statements} }`;
  return parseStep(text).problems.map(({ code, offset }) => `${code} at ${text.slice(offset, offset + 8)}`);
};
const codes = (statements: string) => parseStep(`s() { ${statements} }`).problems.map(({ code }) => code);

describe("forms of a transition", () => {
  const linear = { kind: "linear", target: "a" };

  test.each([
    "this.next(this.a);",
    "return this.next(this.a);",
    "void this.next(this.a);",
    'this["next"](this["a"])',
    "this?.next(this?.a)",
    "{ x(); { this.next(this.a); } }",
    "label: { this.next(this.a); }",
    "try { this.next(this.a); } finally { close(); }",
    "try { x(); } finally { this.next(this.a); }",
    "try { this.next(this.a); } catch (error) { throw new Error('no', { cause: error }); }",
    "cov().s[0]++; this.next(this.a); cov().s[1]++;",
    "cov().s[0]++, this.next(this.a);",
    "this.next(this.a); return; function later() {}",
  ])("%s", (statements) => {
    expect(problems(statements)).toEqual([]);
    expect(transition(statements)).toEqual(linear);
  });

  test("async", () => {
    const step = parseStep("async s() { await this.next(this.a); }");
    expect(step).toMatchObject({ async: true, transition: linear, problems: [] });
  });

  test.each([
    ["this.next(this.a, this.b)", { kind: "split", targets: ["a", "b"] }],
    ["this.next(this.a, { foreach: this.items })", { kind: "foreach", target: "a", artifact: "items" }],
    ['this.next(this.a, { foreach: "items" })', { kind: "foreach", target: "a", artifact: "items" }],
    ["this.next(this.a, { numParallel: 4 })", { kind: "parallel", target: "a", numParallel: 4, artifact: null }],
    ["this.next(this.a, { numParallel: this.n })", { kind: "parallel", target: "a", numParallel: null, artifact: "n" }],
    ["", { kind: "end" }],
  ])("%s", (statements, expected) => {
    expect(transition(statements)).toEqual(expected);
    expect(codes(statements)).toEqual([]);
  });

  test("a switch, with keys of all kinds", () => {
    const keys =
      'name: this.a, "two words": this.b, 3: this.c, [-1]: this.d, true: this.a, ["x"]: this.b, [`y`]: this.b';
    const statements = `this.next({ ${keys} }, { condition: this.c, default: this.e, maxIterations: 10 })`;
    expect(codes(statements)).toEqual([]);
    expect(transition(statements)).toEqual({
      kind: "switch",
      condition: "c",
      cases: [
        { value: "name", target: "a" },
        { value: "two words", target: "b" },
        { value: "3", target: "c" },
        { value: "-1", target: "d" },
        { value: "true", target: "a" },
        { value: "x", target: "b" },
        { value: "y", target: "b" },
      ],
      fallback: "e",
      maxIterations: 10,
    });
  });

  test("what TypeScript knows and JavaScript does not is gone after compilation", () => {
    const source = `class F { s() { this.next(this.a as never, { foreach: this.items! satisfies unknown }); } }`;
    const { code } = transformSync(source, { loader: "ts", target: "node22" });
    const method = code.slice(code.indexOf("s()"), code.lastIndexOf("}"));
    expect(parseStep(method).transition).toEqual({ kind: "foreach", target: "a", artifact: "items" });
  });

  test.each([
    ["s", "using file = open(); this.next(this.a);"],
    ["async s", "await using file = open(); { using other = open(); this.next(this.a); }"],
  ])("`using` in %s, which esbuild wraps in try, catch and finally", (head, body) => {
    const source = `class F { ${head}() { ${body} } }`;
    const { code } = transformSync(source, { loader: "ts", target: "node22" });
    expect(code).toContain("catch");
    const method = code.slice(code.indexOf(`${head}()`), code.lastIndexOf("}"));
    expect(parseStep(method)).toMatchObject({ transition: linear, problems: [] });
  });

  test("`using` that nobody lowered", () => {
    expect(transition("using file = open(); this.next(this.a);")).toEqual(linear);
  });
});

describe("what cannot be read", () => {
  test.each([
    ["if (x) { this.next(this.a); }", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["switch (x) { case 1: this.next(this.a); }", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["for (const x of y) this.next(this.a);", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["while (x) this.next(this.a);", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["x && this.next(this.a);", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["x ? this.next(this.a) : 0;", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["list.forEach((x) => this.next(this.a));", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["setTimeout(() => { this.next(this.a); }, 5);", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["try { this.next(this.a); } catch { log(); }", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["try { x(); throw 1; } catch { this.next(this.a); }", "GRAPH_NEXT_CONDITIONAL at this.nex"],
    ["if (x) return; this.next(this.a);", "GRAPH_NEXT_CONDITIONAL at return; "],
    ["this.next(this.a); this.next(this.b);", "GRAPH_NEXT_TWICE at this.nex"],
    ["if (x) this.next(this.a); else this.next(this.b);", "GRAPH_NEXT_TWICE at this.nex"],
    ["this.next(this.a); log();", "GRAPH_NEXT_NOT_LAST at this.nex"],
    ["const x = this.next(this.a);", "GRAPH_NEXT_NOT_LAST at this.nex"],
    ["log(this.next(this.a));", "GRAPH_NEXT_NOT_LAST at this.nex"],
    ["const next = this.next; next(this.a);", "GRAPH_NEXT_INDIRECT at this.nex"],
    ["this.next.call(this, this.a);", "GRAPH_NEXT_INDIRECT at this.nex"],
    ["this.next();", "GRAPH_NEXT_INVALID at this.nex"],
    ["this.next(...steps);", "GRAPH_NEXT_INVALID at ...steps"],
    ["this.next(this.a, this.a);", "GRAPH_NEXT_INVALID at this.nex"],
    ["this.next(this.a, {});", "GRAPH_NEXT_INVALID at {}); }"],
    ["this.next(this.a, this.b, { foreach: this.x });", "GRAPH_NEXT_INVALID at { foreac"],
    ["this.next(this.a, { foreach: this.x, numParallel: 2 });", "GRAPH_NEXT_INVALID at { foreac"],
    ["this.next(this.a, { numParallel: 0 });", "GRAPH_NEXT_INVALID at 0 }); }"],
    ["this.next(this.a, { numParallel: 'four' });", "GRAPH_NEXT_INVALID at 'four' }"],
    ["this.next(this[name]);", "GRAPH_NEXT_TARGET at this[nam"],
    ["this.next(target);", "GRAPH_NEXT_TARGET at target);"],
    ["this.next('a');", "GRAPH_NEXT_TARGET at 'a'); }"],
    ["this.next(this.a());", "GRAPH_NEXT_TARGET at this.a()"],
    ["this.next(this.a, { foreach: [1, 2] });", "GRAPH_NEXT_ARTIFACT at [1, 2] }"],
    ["this.next(this.a, { foreach: this.x.y });", "GRAPH_NEXT_ARTIFACT at this.x.y"],
    ["this.next(this.a, { forEach: this.x, foreach: this.x });", "GRAPH_NEXT_OPTION at forEach:"],
    ["this.next({ a: this.a, b: this.b });", "GRAPH_NEXT_INVALID at this.nex"],
    ["this.next({ a: this.a, b: this.b }, options);", "GRAPH_NEXT_INVALID at options)"],
    ["this.next({ a: this.a, b: this.b }, {});", "GRAPH_NEXT_INVALID at {}); }"],
    ["this.next({ a: this.a, b: this.b }, { condition: this.x > 3 });", "GRAPH_NEXT_ARTIFACT at this.x >"],
    ["this.next({ a: this.a, b: this.b }, { condition: this.x, maxIterations: n });", "GRAPH_NEXT_INVALID at n }); }"],
    ["this.next({ a: this.a, b: this.b }, { condition: this.x, foreach: this.y });", "GRAPH_NEXT_OPTION at foreach:"],
    ["this.next({ [k]: this.a, b: this.b }, { condition: this.x });", "GRAPH_SWITCH_KEY at k]: this"],
    ["this.next({ ...cases, b: this.b }, { condition: this.x });", "GRAPH_SWITCH_KEY at ...cases"],
    ["this.next({ a() {}, b: this.b }, { condition: this.x });", "GRAPH_SWITCH_KEY at a() {}, "],
    ["this.next({ __proto__: this.a, b: this.b }, { condition: this.x });", "GRAPH_SWITCH_KEY at __proto_"],
    ["this.next({ a: this.a, 'a': this.b }, { condition: this.x });", "GRAPH_SWITCH_KEY at 'a': thi"],
    ["this.next({ a, b: this.b }, { condition: this.x });", "GRAPH_NEXT_TARGET at a, b: th"],
    ["this.next({ a: this.a }, { condition: this.x });", "GRAPH_SWITCH_CASES at { a: thi"],
    ["this.next({}, { condition: this.x });", "GRAPH_SWITCH_CASES at {}, { co"],
  ])("%s", (statements, expected) => {
    expect(problems(statements)).toEqual([expected]);
    expect(transition(statements)).toBeNull();
  });

  test("all faults of one call are told", () => {
    const statements = "this.next({ [k]: this.a, b: c }, { condition: 1 + 1, other: 2 });";
    expect(codes(statements).toSorted()).toEqual([
      "GRAPH_NEXT_ARTIFACT",
      "GRAPH_NEXT_OPTION",
      "GRAPH_NEXT_TARGET",
      "GRAPH_SWITCH_KEY",
    ]);
  });

  test("a `next` of somebody else is none of ours", () => {
    expect(
      transition("const iterator = { next() { return this.next(1); } }; iterator.next(); this.next(this.a);"),
    ).toEqual({
      kind: "linear",
      target: "a",
    });
  });

  test.each(["*s() { this.next(this.a); }", "async *s() { this.next(this.a); }"])("a generator: %s", (text) => {
    expect(parseStep(text).problems.map(({ code }) => code)).toEqual(["GRAPH_STEP_GENERATOR"]);
  });

  test.each(["s(a, b) { this.next(this.a); }", "s(...rest) { this.next(this.a); }"])("arguments: %s", (text) => {
    expect(parseStep(text)).toMatchObject({
      parameters: "many",
      problems: [{ code: "GRAPH_STEP_ARGUMENTS", offset: expect.any(Number) }],
    });
  });

  test.each(["() => this.next(this.a)", "class A {}", "function s() { [native code] }", "", "}", "x: 1"])(
    "text %s",
    (text) => {
      expect(parseStep(text).problems).toMatchObject([{ code: "GRAPH_STEP_UNREADABLE", offset: 0 }]);
    },
  );
});

describe("signatures", () => {
  test.each([
    ["s() {}", "none", null],
    ["s(inputs) {}", "one", "inputs"],
    ["s([a, b]) {}", "one", null],
    ["s({ a } = {}) {}", "one", null],
    ["async s(item) {}", "one", "item"],
    ['"two words"(x) {}', "one", "x"],
    ['["computed" + 1](x) {}', "one", "x"],
    ["async (x) {}", "one", "x"],
    ["get(x) {}", "one", "x"],
    ["function s(x) {}", "one", "x"],
    ["async function (x) {}", "one", "x"],
  ])("%s", (text, parameters, parameterName) => {
    expect(parseStep(text)).toMatchObject({ parameters, parameterName, problems: [] });
  });
});

describe("what a step does with this", () => {
  const uses = (body: string) => {
    const { reads, writes, calls, escapes } = parseStep(`s() { ${body} }`);
    return { reads: reads.toSorted(), writes: writes.toSorted(), calls: calls.toSorted(), escapes };
  };

  test.each([
    ["f(this.a, this['b'], this[`c`], this?.d, this.e?.f);", { reads: ["a", "b", "c", "d", "e"] }],
    ["this.a = 1;", { writes: ["a"] }],
    ["this.a += 1; this.b ??= 2; this.c++;", { reads: ["a", "b", "c"], writes: ["a", "b", "c"] }],
    ["delete this.a;", { writes: ["a"] }],
    ["this.a.b = 1; this.c[this.d] = 2; delete this.e.f;", { reads: ["a", "c", "d", "e"] }],
    ["[this.a, this.b = this.c] = x;", { reads: ["c"], writes: ["a", "b"] }],
    ["({ x: this.a, ...this.b } = y);", { writes: ["a", "b"] }],
    ["for (this.a of this.b) f();", { reads: ["b"], writes: ["a"] }],
    ["const { a, b: { c }, 'd': e = this.f } = this;", { reads: ["a", "b", "d", "f"] }],
    ["const { a, ...rest } = this;", { reads: ["a"], escapes: true }],
    ["f(() => this.a);", { reads: ["a"] }],
    ["f(function () { return this.a; }); class X { b = this.c; }", {}],
    ["class X extends this.base {}", { reads: ["base"] }],
    ["this.help(this.a); super.other(); this.list.push(1);", { reads: ["a", "list"], calls: ["help", "other"] }],
    ["f(this);", { escapes: true }],
    ["f(this[name]);", { escapes: true }],
    ["f(this.#secret, #secret in this.a);", { reads: ["a"] }],
  ])("%s", (body, expected) => {
    expect(uses(body)).toEqual({ reads: [], writes: [], calls: [], escapes: false, ...expected });
  });

  test("what a transition takes counts as read, also by name", () => {
    expect(parseStep("s() { this.next(this.a, { foreach: 'items' }); }").reads).toContain("items");
    expect(parseStep("s() { this.next({ a: this.a, b: this.b }, { condition: 'c' }); }").reads).toContain("c");
  });

  test("defaults of parameters", () => {
    expect(parseStep("s(x = this.a) {}").reads).toEqual(["a"]);
  });
});

describe("what a join reads from its inputs", () => {
  const reads = (body: string, parameter = "inputs") => {
    const step = parseStep(`s(${parameter}) { ${body} }`);
    return step.inputsEscape ? "everything" : step.inputReads.toSorted();
  };

  test.each([
    ["this.a = inputs[0].x + inputs[i].y + inputs.train.z + inputs.of('map').v;", ["v", "x", "y", "z"]],
    ["this.a = inputs.length;", []],
    ["this.a = Math.max(...inputs.map((i) => i.score));", ["score"]],
    ["this.a = inputs.map(({ score, model: { depth } }) => score);", ["model", "score"]],
    ["this.a = inputs.filter((i) => i.ok).map((i) => i.x).reduce((a, b) => a + b, 0);", ["ok", "x"]],
    ["this.a = inputs.reduce((sum, i) => sum + i.x, 0);", ["x"]],
    ["const best = inputs.reduce((a, b) => (a.s > b.s ? a : b)); this.m = best.model;", ["model", "s"]],
    ["inputs.forEach((input, index, all) => { this.a = input.x; this.b = all[0].y; });", ["x", "y"]],
    ["for (const input of inputs) this.a = input.x;", ["x"]],
    ["for (const [index, { x }] of inputs.entries()) this.a = x;", ["x"]],
    ["const [a, ...rest] = inputs; this.a = a.x; this.b = rest[0].y;", ["x", "y"]],
    ["const { left, right: r } = inputs; this.a = left.x; this.b = r.y;", ["x", "y"]],
    ["const copy = [...inputs]; copy.sort((a, b) => a.x - b.x); this.a = copy.at(-1).y;", ["x", "y"]],
    ["let best; for (const i of inputs) { if (!best || i.s > best.s) best = i; } this.a = best.model;", ["model", "s"]],
    ["let best = inputs[0]; while (x) { use(best.early); best = inputs.find((i) => i.late); }", ["early", "late"]],
    ["this.a = Object.values(inputs).map((i) => i.x); this.b = Array.from(inputs, (i) => i.y);", ["x", "y"]],
    ["this.mergeArtifacts(inputs, { exclude: ['x'] });", []],
    ["this.a = inputs[0]?.x ?? (await inputs[1]).y;", ["x", "y"]],
    ["const pick = (i) => i.x; this.a = inputs.map(pick);", "everything"],
    ["this.a = best(inputs);", "everything"],
    ["this.a = inputs[0];", "everything"],
    ["this.a = { ...inputs[0] };", "everything"],
    ["this.a = inputs[0][name];", "everything"],
    ["const { x, ...rest } = inputs[0];", "everything"],
  ])("%s", (body, expected) => {
    const step = body.includes("await") ? parseStep(`async s(inputs) { ${body} }`) : null;
    expect(step ? step.inputReads.toSorted() : reads(body)).toEqual(expected);
  });

  test("a parameter that is taken apart", () => {
    expect(reads("this.a = a.x + b.y;", "[a, b]")).toEqual(["x", "y"]);
    expect(reads("this.a = left.x;", "{ left }")).toEqual(["x"]);
  });

  test("what cannot be followed gives the names of all members", () => {
    expect(
      parseStep("s(inputs) { const get = (i) => i.x; f(inputs); this.own; other.y; }").inputReads.toSorted(),
    ).toEqual(["x", "y"]);
  });
});
