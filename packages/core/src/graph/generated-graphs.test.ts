import { transformSync } from "esbuild";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowGraph, GraphStructure } from "../contracts/graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { classBody, parallelSteps } from "../testing/flow-source.js";
import { type GeneratedFlow, generatedFlows } from "../testing/generated-graphs.js";
import { expectedScope, type PlannedStep } from "../testing/planned-flow.js";
import { referenceRun } from "../testing/reference-run.js";
import { parseTaskId, taskId } from "./addresses.js";
import { buildGraph } from "./build-graph.js";
import { checkGraph } from "./check-graph.js";

const graphOf = ({ compiled }: GeneratedFlow): FlowGraph => checkGraph(compiled.definition, compiled.locator);

test("every generated flow is accepted, with the scopes of its shape", () => {
  fc.assert(
    fc.property(generatedFlows(), (flow) => {
      const graph = graphOf(flow);
      expect(Object.keys(graph.steps).toSorted()).toEqual(flow.steps.map(({ name }) => name).toSorted());
      for (const step of flow.steps) {
        const node = graph.steps[step.name];
        expect([step.name, node?.scope]).toEqual([step.name, expectedScope(step)]);
        expect(node?.isJoin).toBe(step.takes === "branches" || step.takes === "items");
        expect(node?.backTo).toEqual(step.transition.kind === "loop" ? [step.transition.targets[0]?.name] : []);
      }
    }),
    { numRuns: 300 },
  );
});

test("steps come after those that lead to them, loops aside; splits and joins belong together", () => {
  fc.assert(
    fc.property(generatedFlows(), (flow) => {
      const graph = graphOf(flow);
      const place = new Map(Object.keys(graph.steps).map((name, index) => [name, index]));
      for (const { name, next, backTo, split, matchingJoin } of Object.values(graph.steps)) {
        for (const target of next) {
          expect(graph.steps[target]?.previous).toContain(name);
          const forward = (place.get(target) ?? 0) > (place.get(name) ?? 0);
          expect(forward).toBe(!backTo.includes(target));
        }
        if (split !== null) expect(graph.steps[split]?.matchingJoin).toBe(name);
        if (matchingJoin !== null) expect(graph.steps[matchingJoin]?.split).toBe(name);
      }
    }),
  );
});

test("the structure names every step once", () => {
  const flat = (structure: GraphStructure): string[] =>
    structure.flatMap((part) => (typeof part === "string" ? [part] : flat(part)));
  fc.assert(
    fc.property(generatedFlows(), (flow) => {
      const graph = graphOf(flow);
      expect(flat(graph.structure).toSorted()).toEqual(Object.keys(graph.steps).toSorted());
    }),
  );
});

test("a run gives each task an address of its own, fills every join and comes to the end once", () => {
  fc.assert(
    fc.property(generatedFlows(), (flow) => {
      const graph = graphOf(flow);
      const tasks = referenceRun(flow.compiled.definition, graph);
      expect([...tasks.keys()].filter((key) => key.startsWith("end/"))).toEqual(["end/0"]);
      for (const key of tasks.keys()) {
        const [step = "", id = ""] = key.split("/");
        const address = parseTaskId(graph, step, id);
        expect(address && taskId(graph, step, address)).toBe(id);
      }
    }),
  );
});

test("the TypeScript source says what the compiled flow says", () => {
  fc.assert(
    fc.property(generatedFlows(), ({ source, compiled, steps }) => {
      const undecorated = source.slice(source.indexOf("export default")).replaceAll(/@(?:step|parallel\(\{\}\)) /g, "");
      const { code } = transformSync(undecorated, { loader: "ts", target: "esnext" });
      const body = code.slice(code.indexOf("{") + 1, code.lastIndexOf("}"));
      const own = checkGraph(compiled.definition, null);
      const other = checkGraph(
        compiledFlow(body, { name: "GeneratedFlow", parallel: parallelSteps(steps) }).definition,
        null,
      );
      expect(other).toEqual(own);
    }),
    { numRuns: 30 },
  );
});

/** Changes some step; null where it has nothing of the kind. */
type Mutation = (steps: PlannedStep[], step: PlannedStep, other: PlannedStep) => PlannedStep[] | null;

const replaced = (steps: readonly PlannedStep[], step: PlannedStep, change: Partial<PlannedStep>) =>
  steps.map((one) => (one === step ? { ...one, ...change } : one));

const always: Record<string, Mutation> = {
  "a join loses its parameter": (steps, step) =>
    step.takes === "branches" || step.takes === "items" ? replaced(steps, step, { takes: "nothing" }) : null,
  // One step that is left is a flow of its own.
  "a step is removed": (steps, step) => (steps.length < 3 ? null : steps.filter((one) => one !== step)),
  "a step leads nowhere": (steps, step) =>
    step.name === "end" ? null : replaced(steps, step, { transition: { kind: "end", targets: [] } }),
  "a step leads back without a switch": (steps, step) =>
    step.transition.kind === "linear"
      ? replaced(steps, step, { transition: { kind: "linear", targets: [step] } })
      : null,
  "the end leads on": (steps, step, other) =>
    step.name === "end" ? replaced(steps, step, { transition: { kind: "linear", targets: [other] } }) : null,
};

const perhaps: Record<string, Mutation> = {
  "an edge goes elsewhere": (steps, step, other) => {
    const [, ...targets] = step.transition.targets;
    const changed = { ...step.transition, targets: [other, ...targets] } as PlannedStep["transition"];
    return step.transition.targets.length === 0 ? null : replaced(steps, step, { transition: changed });
  },
  "a switch leads anywhere": (steps, step, other) => {
    const [target = other] = step.transition.targets;
    return replaced(steps, step, { transition: { kind: "switch", targets: [target, other], fallback: false } });
  },
  "a step takes inputs": (steps, step) => replaced(steps, step, { takes: "branches" }),
};

/** What a run of an accepted graph must never come to. That it takes for ever, or computes with nothing, is the flow's affair. */
function failureOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    const message = String(error);
    return message.includes("twice") || message.includes("for ever") ? message : null;
  }
}

const picks = fc.record({ flow: generatedFlows(), one: fc.nat(), other: fc.nat() });

test.each(Object.entries({ ...always, ...perhaps }))("%s: an error, or a graph that makes sense", (name, mutate) => {
  fc.assert(
    fc.property(picks, ({ flow, one, other }) => {
      const { steps } = flow;
      const step = steps[one % steps.length];
      const target = steps[other % steps.length];
      const mutated = step && target && mutate([...steps], step, target);
      if (!mutated) return;
      const { definition, locator } = compiledFlow(classBody(mutated), { parallel: parallelSteps(mutated) });
      const { graph, problems } = buildGraph(definition, locator);
      if (Object.hasOwn(always, name)) expect(graph).toBeNull();
      expect(graph === null).toBe(problems.length > 0);
      for (const { code, message } of problems) {
        expect(code).toMatch(/^MF_GRAPH_/);
        expect(message).not.toContain("undefined");
      }
      if (graph !== null) expect(failureOf(() => referenceRun(definition, graph, 300))).toBeNull();
    }),
    { numRuns: 300 },
  );
});
