import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { TakenTransition } from "../contracts/transition.js";
import { taskId } from "../graph/addresses.js";
import { checkGraph } from "../graph/check-graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { type GeneratedFlow, generatedFlows } from "../testing/generated-graphs.js";
import { type ReferenceTasks, referenceRun } from "../testing/reference-run.js";
import { type Pick, seededPick } from "../testing/seeded-pick.js";
import { advance, createProgress, firstTasks, type ReadyTask } from "./progress.js";
import { stepOf, wholeFlow } from "./region.js";

/** What happened, in order: no datastore, no clock, no process. */
interface Simulated {
  readonly started: readonly ReadyTask[];
  /** The most tasks that were under way at once. */
  readonly width: number;
}

/** Runs a flow by the scheduler's decisions alone: any task that is under way may be the next to end. */
function simulate(graph: FlowGraph, reference: ReferenceTasks, maxWorkers: number, pick: Pick): Simulated {
  const progress = createProgress(graph, wholeFlow(graph));
  const queue = [...firstTasks(progress)];
  const running: ReadyTask[] = [];
  const started: ReadyTask[] = [];
  let width = 0;
  for (;;) {
    while (running.length < maxWorkers) {
      const next = queue.shift();
      if (next === undefined) break;
      started.push(next);
      running.push(next);
    }
    width = Math.max(width, running.length);
    const [ended] = running.splice(pick(running.length), 1);
    if (ended === undefined) return { started, width };
    const { ready, exits } = advance(progress, ended, transitionOf(graph, reference, ended));
    expect(exits).toEqual([]);
    queue.push(...ready);
  }
}

/** What the reference's task chose, from the artifacts that it left. */
function transitionOf(graph: FlowGraph, reference: ReferenceTasks, task: TaskRef): TakenTransition {
  const { transition } = stepOf(graph, task.step);
  const artifacts = reference.get(nameOf(graph, task));
  if (artifacts === undefined) throw new Error(`The reference has no task ${nameOf(graph, task)}.`);
  switch (transition.kind) {
    case "foreach": {
      const items = artifacts[transition.artifact] as readonly unknown[];
      return { kind: "foreach", target: transition.target, splits: items.length, items: [] };
    }
    case "switch": {
      const value = String(artifacts[transition.condition]);
      const target = transition.cases.find((each) => each.value === value)?.target ?? transition.fallback ?? "";
      return { kind: "switch", target, case: value };
    }
    case "parallel": {
      const splits = transition.numParallel ?? Number(artifacts[transition.artifact ?? ""]);
      return { kind: "parallel", target: transition.target, splits };
    }
    default:
      return transition;
  }
}

const nameOf = (graph: FlowGraph, { step, address }: TaskRef): string => `${step}/${taskId(graph, step, address)}`;
const namesOf = (graph: FlowGraph, tasks: readonly TaskRef[]): string[] => tasks.map((task) => nameOf(graph, task));

const schedules = fc.record({
  flow: generatedFlows(),
  maxWorkers: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
});
const prepared = ({ compiled }: GeneratedFlow) => {
  const graph = checkGraph(compiled.definition, null);
  return { graph, reference: referenceRun(compiled.definition, graph) };
};

test("whatever ends first, the same tasks start, each once, and never more than there are workers", () => {
  fc.assert(
    fc.property(schedules, ({ flow, maxWorkers, seed }) => {
      const { graph, reference } = prepared(flow);
      const { started, width } = simulate(graph, reference, maxWorkers, seededPick(seed));
      expect(namesOf(graph, started).toSorted()).toEqual([...reference.keys()].toSorted());
      expect(width).toBeLessThanOrEqual(maxWorkers);
    }),
    { numRuns: 200 },
  );
}, 30_000);

test("whatever ends first, each task gets the same inputs in the same order", () => {
  fc.assert(
    fc.property(schedules, ({ flow, maxWorkers, seed }) => {
      const { graph, reference } = prepared(flow);
      const inputsOf = ({ started }: Simulated): Map<string, readonly string[]> =>
        new Map(started.map((task) => [nameOf(graph, task), namesOf(graph, task.inputs ?? [])]));
      const inOrder = inputsOf(simulate(graph, reference, 1, () => 0));
      expect(inputsOf(simulate(graph, reference, maxWorkers, seededPick(seed)))).toEqual(inOrder);
    }),
    { numRuns: 200 },
  );
}, 30_000);

test("a join starts with one input for each branch or item, in their order", () => {
  fc.assert(
    fc.property(schedules, ({ flow, maxWorkers, seed }) => {
      const { graph, reference } = prepared(flow);
      const { started } = simulate(graph, reference, maxWorkers, seededPick(seed));
      for (const join of started.filter(({ step }) => stepOf(graph, step).isJoin)) {
        const split = stepOf(graph, stepOf(graph, join.step).split ?? "");
        const taken = transitionOf(graph, reference, { step: split.name, address: join.address });
        const inputs = join.inputs ?? [];
        if (taken.kind === "foreach" || taken.kind === "parallel") {
          const items = inputs.map(({ address }) => address[join.address.length]);
          expect(items).toEqual(Array.from({ length: taken.splits }, (_, k) => k));
        } else {
          expect(inputs.length).toBe(split.next.length);
          for (const [k, { step }] of inputs.entries()) {
            expect(reaches(graph, split.next[k] ?? "", step, join.step)).toBe(true);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
}, 30_000);

/** Whether some way leads from one step to the other without passing a third. */
function reaches(graph: FlowGraph, from: string, to: string, without: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  if (from === without || seen.has(from)) return false;
  seen.add(from);
  return stepOf(graph, from).next.some((next) => reaches(graph, next, to, without, seen));
}

test("iterations are counted from 0 within each item, and nested foreaches by all their indices", () => {
  const { definition } = compiledFlow(`
    start() { this.list = [2, 1]; this.next(this.outer, { foreach: this.list }); }
    outer(times) { this.times = times; this.round = 0; this.next(this.inner, { foreach: this.list }); }
    inner() { this.next(this.gather); }
    gather(inputs) { this.times = inputs[0].times; this.round = inputs[0].round; this.next(this.again); }
    again() {
      this.round += 1;
      this.more = this.round < this.times;
      this.next({ true: this.again, false: this.join }, { condition: this.more });
    }
    join(inputs) { this.next(this.end); }
    end() {}`);
  const graph = checkGraph(definition, null);
  const { started } = simulate(graph, referenceRun(definition, graph), 3, (below) => below - 1);
  expect(namesOf(graph, started).toSorted()).toEqual(
    [
      "start/0",
      ...["outer/i0", "outer/i1"],
      ...["inner/i0-i0", "inner/i0-i1", "inner/i1-i0", "inner/i1-i1"],
      ...["gather/i0", "gather/i1"],
      ...["again/i0-r0", "again/i0-r1", "again/i1-r0"],
      ...["join/0", "end/0"],
    ].toSorted(),
  );
  const join = started.find(({ step }) => step === "join");
  expect(namesOf(graph, join?.inputs ?? [])).toEqual(["again/i0-r1", "again/i1-r0"]);
});

test("a loop ends with an error where it would begin more iterations than it says", () => {
  const { definition } = compiledFlow(`
    start() { this.next(this.again); }
    again() { this.more = true; this.next({ true: this.again, false: this.end }, { condition: this.more, maxIterations: 3 }); }
    end() {}`);
  const graph = checkGraph(definition, null);
  const progress = createProgress(graph, wholeFlow(graph));
  const taken = { kind: "switch", target: "again", case: "true" } as const;
  const led = [0, 1].map((round) => advance(progress, { step: "again", address: [round] }, taken).ready);
  expect(led.flat().map(({ address }) => address)).toEqual([[1], [2]]);
  expect(() => advance(progress, { step: "again", address: [2] }, taken)).toThrow(/limit of 3 iterations/);
});

test("a foreach of 100,000 items takes the scheduler no longer for each than one of ten", () => {
  const { definition } = compiledFlow(`
    start() { this.list = []; this.next(this.body, { foreach: this.list }); }
    body() { this.next(this.join); }
    join(inputs) { this.next(this.end); }
    end() {}`);
  const graph = checkGraph(definition, null);
  const progress = createProgress(graph, wholeFlow(graph));
  const splits = 100_000;
  const startedAt = performance.now();
  const taken = { kind: "foreach", target: "body", splits, items: [] } as const;
  const { ready } = advance(progress, { step: "start", address: [] }, taken);
  const joins = ready.flatMap((task) => advance(progress, task, { kind: "linear", target: "join" }).ready);
  expect(joins.map(({ step, inputs }) => [step, inputs?.length])).toEqual([["join", splits]]);
  // Far more than it takes, and far less than work that grows with the square.
  expect(performance.now() - startedAt).toBeLessThan(3000);
});
