import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import type { FlowDefinition, StepDeclaration } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { checkGraph } from "../graph/check-graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator, retries } from "../testing/decorated-flow.js";
import { type AttachedGraph, attachDecorators, fixDecorators, gatherFlow } from "./attach-decorators.js";
import { parseDecoratorSpec } from "./parse-spec.js";

const { definition } = compiledFlow(`
  start() { this.list = [1]; this.next(this.work, { foreach: this.list }); }
  work() { this.next(this.join); }
  join(inputs) { this.next(this.end); }
  end() {}`);

/** Attaches what stands in the source and what the specs ask for. */
function attach(
  own: Readonly<Record<string, readonly StepDecorator[]>>,
  specs: readonly string[] = [],
  catalog: readonly StepDecorator[] = [],
): AttachedGraph {
  const flow = decorated(definition, (step) => own[step] ?? []);
  const parsed = specs.map((spec, k) => parseDecoratorSpec(spec, k === 0 ? "--with" : `--with ${k}`));
  const known = new Map(catalog.map((each) => [each.name, each]));
  return attachDecorators(checkGraph(flow, null), flow, parsed, known);
}

const on = (graph: FlowGraph, step: string): unknown[] =>
  graph.steps[step]?.decorators.map(({ name, attributes, insertedBy }) => [name, attributes, insertedBy]) ?? [];
const named = (graph: FlowGraph, step: string): unknown => graph.steps[step]?.decorators.map(({ name }) => name);

/** Takes `times`, 3 where it is not given, and nothing else. */
const retry: StepDecorator<{ times: number }> = {
  name: "retry",
  contract: 1,
  options: {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (given) => {
        const unknown = Object.keys(given as object).find((key) => key !== "times");
        if (unknown !== undefined) return { issues: [{ message: "there is no such option", path: [unknown] }] };
        return { value: { times: 3, ...(given as object) } };
      },
    },
  } satisfies StandardSchemaV1<unknown, { times: number }>,
  policy: ({ times }) => retries(times),
};

const never = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "never" }] }) },
} satisfies StandardSchemaV1;

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("what is asked for", () => {
  it("is attached to every step, with its options completed and who asked for it", () => {
    const { graph } = attach({}, ["retry"], [retry]);
    for (const step of Object.keys(graph.steps)) expect(on(graph, step)).toEqual([["retry", { times: 3 }, "--with"]]);
    expect(graph.steps.work?.policy).toEqual(retries(3));
  });

  it("leaves what the source says", () => {
    const { graph } = attach({ work: [retry] }, ["retry:times=4"], [retry]);
    expect(on(graph, "work")).toEqual([["retry", { times: 3 }, null]]);
    expect(on(graph, "end")).toEqual([["retry", { times: 4 }, "--with"]]);
  });

  it("is taken from the first where several ask for the same", () => {
    const { graph } = attach({}, ["retry:times=1", "retry:times=2"], [retry]);
    expect(on(graph, "work")).toEqual([["retry", { times: 1 }, "--with"]]);
  });

  it("is attached again where it may be repeated", () => {
    const card = decorator("card", { repeatable: true });
    const { graph } = attach({ work: [card] }, ["card", "card"], [card]);
    expect(named(graph, "work")).toEqual(["card", "card", "card"]);
    expect(named(graph, "end")).toEqual(["card", "card"]);
  });

  it("passes by a step that cannot have it, and says so", () => {
    const split = decorator("catch", {
      check: (_, { step }) => (step.type === "split-foreach" ? "it is a foreach split" : null),
    });
    const { graph, notices } = attach({}, ["catch"], [split]);
    expect(named(graph, "start")).toEqual([]);
    expect(named(graph, "work")).toEqual(["catch"]);
    expect(notices).toEqual(["--with passes by step 'start' with 'catch': it is a foreach split"]);
    expect(() => attach({ start: [split] })).toThrow(
      "Step 'start' cannot have the decorator 'catch': it is a foreach split.",
    );
  });
});

describe("together", () => {
  it("decorators of a lower order stand further outside, equal ones as in the source", () => {
    const [a, b, c] = [decorator("a", { order: 5 }), decorator("b"), decorator("c", { order: -1 })];
    const { graph } = attach({ work: [a, b] }, ["c", "d"], [c, decorator("d")]);
    expect(named(graph, "work")).toEqual(["c", "b", "d", "a"]);
  });

  it("one may stand only once in the source", () => {
    expect(() => attach({ work: [retry, retry] })).toThrow("Step 'work' has the decorator 'retry' twice.");
  });

  it.each([[true], [false]])("one may exclude another, whoever of them says so", (isFirst) => {
    const [a, b] = [decorator("a", { conflictsWith: ["b"] }), decorator("b")];
    expect(() => attach({ work: isFirst ? [a, b] : [b, a] })).toThrow("Step 'work' cannot have both 'a' and 'b'.");
    expect(() => attach({ work: [b] }, ["a"], [a])).toThrow("Step 'work' cannot have both 'a' and 'b'.");
  });

  it("all problems are told at once", () => {
    const bad = decorator("bad", { check: () => "no" });
    const all = /^The decorators of flow TestFlow cannot be attached:(\n- .*){3}$/;
    expect(() => attach({ work: [bad], end: [bad] }, ["retry:tims=3"], [retry])).toThrow(all);
  });

  it("options that nobody can use are told where they stand, and what is asked for once", () => {
    const given = { ...retry, name: "given", options: never } as StepDecorator;
    expect(() => attach({ work: [given] })).toThrow("Decorator 'given' of step 'work' has options");
    const error = thrownBy(() => attach({}, ["retry:tims=3"], [retry]));
    expect(error).toMatchObject({
      code: "MF_DECORATOR_OPTIONS_INVALID",
      message:
        "Decorator 'retry', which --with asks for, has options that it cannot take: tims: there is no such option.",
      fix: "Correct the options that --with gives.",
    });
  });
});

it.each(["check", "policy"] as const)("an error in %s names decorator, hook and step", (hook) => {
  const broken = decorator("broken", {
    [hook]: () => {
      throw new Error("oops");
    },
  });
  expect(() => attach({ work: [broken] })).toThrow(`Decorator 'broken' of step 'work' failed in its ${hook}: oops`);
  expect(() => attach({}, ["broken"], [broken])).toThrow(`of step 'work' failed in its ${hook}: oops`);
});

it("a decorator of which only the data is known stays as it is", () => {
  const { definition: flow } = compiledFlow("start() { this.next(this.end); }\nend() {}", {
    decorators: { start: ["plain"] },
  });
  const { graph } = attachDecorators(checkGraph(flow, null), flow, [], new Map());
  expect(on(graph, "start")).toEqual([["plain", {}, null]]);
});

describe("a gang's step", () => {
  const gang = compiledFlow(
    `
    start() { this.next(this.work, { numParallel: 2 }); }
    work() { this.next(this.join); }
    join(inputs) { this.next(this.end); }
    end() {}`,
    { parallel: ["work"] },
  ).definition;
  const graph = checkGraph(gang, null);

  it("needs a decorator for that, also where a mutator removed the one it had", () => {
    const gathered = gatherFlow(graph, gang, [], new Map());
    expect(named(fixDecorators(gang, gathered).graph, "work")).toEqual(["gang"]);
    const without = { ...gathered, attachments: new Map([...gathered.attachments, ["work", []] as const]) };
    expect(() => fixDecorators(gang, without)).toThrow(/no @parallel decorator/);
  });

  it.each(["other", "gang"])("has it also where options of '%s' cannot be used", (name) => {
    const asked = (): never => expect.unreachable();
    const wrong = { ...decorator(name, { check: asked, policy: asked, parallel: name === "gang" }), options: never };
    const flow = decorated(gang, (step) => (step === "work" && name !== "gang" ? [wrong] : []));
    const work = flow.steps.work as StepDeclaration;
    const steps = { ...flow.steps, work: { ...work, definitions: { ...work.definitions, [name]: wrong } } };
    const own = { ...flow, steps } as FlowDefinition;
    const error = thrownBy(() => attachDecorators(checkGraph(own, null), own, [], new Map()));
    expect(error).toMatchObject({ code: "MF_DECORATOR_OPTIONS_INVALID" });
  });

  it("is the only one that such a decorator is for", () => {
    const other = decorator("torch", { parallel: true });
    const { graph: attached, notices } = attachDecorators(
      graph,
      gang,
      [parseDecoratorSpec("torch", "--with")],
      new Map([["torch", other]]),
    );
    expect(Object.keys(attached.steps).map((step) => named(attached, step))).toEqual([[], ["gang", "torch"], [], []]);
    expect(notices).toHaveLength(3);
    expect(notices[0]).toContain("no numParallel leads to it");
  });
});
