import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowGraph } from "../contracts/graph.js";
import type { RunEvent } from "../contracts/run-events.js";
import { taskId } from "../graph/addresses.js";
import type { TaskSpec } from "../task/task-context.js";
import { type GeneratedFlow, generatedFlows } from "../testing/generated-graphs.js";
import { randomTurns } from "../testing/in-process-launcher.js";
import { type InProcess, type InProcessOptions, inProcess } from "../testing/in-process-run.js";
import { type ReferenceTasks, referenceRun } from "../testing/reference-run.js";
import { seededPick } from "../testing/seeded-pick.js";
import type { RunResult } from "./run-options.js";

const resumes = fc.record({ flow: generatedFlows(), seed: fc.nat() });

interface Observed {
  readonly options: InProcessOptions;
  /** `step/task` of the attempts that were made. */
  readonly executed: string[];
}

/** Notes what is executed, and fails the tasks with the given names. */
function observed(graph: FlowGraph, seed: number, failing: readonly string[] = []): Observed {
  const executed: string[] = [];
  const before = ({ step, address }: TaskSpec): void => {
    const name = `${step}/${taskId(graph, step, address)}`;
    executed.push(name);
    if (failing.includes(name)) throw new Error("fails in this run");
  };
  return { executed, options: { before, after: randomTurns(seed), maxWorkers: 1 + (seed % 4) } };
}

interface Case {
  readonly flow: InProcess;
  readonly reference: ReferenceTasks;
  /** Some task of a run. */
  readonly anyTask: () => string;
  readonly origin: (runId: string, tasks: Iterable<string>) => ReadonlyMap<string, string>;
}

function prepare({ compiled }: GeneratedFlow, seed: number): Case {
  const flow = inProcess(compiled.definition);
  const reference = referenceRun(compiled.definition, flow.graph);
  const pick = seededPick(seed);
  const names = [...reference.keys()];
  return {
    flow,
    reference,
    anyTask: () => names[pick(names.length)] ?? "",
    origin: (runId, tasks) => new Map([...tasks].map((name) => [name, `GeneratedFlow/${runId}/${name}`])),
  };
}

/** Of each task that was carried over, whose result it is. */
async function originsOf(flow: InProcess, runId: string): Promise<ReadonlyMap<string, string>> {
  const records = [...(await flow.records(runId))];
  return new Map(
    records.flatMap(([name, { originPathspec }]) => (originPathspec === null ? [] : [[name, originPathspec]])),
  );
}

const without = (names: Iterable<string>, others: ReadonlyMap<string, unknown>): string[] =>
  [...names].filter((name) => !others.has(name)).toSorted();

test("a resume runs what did not finish and nothing else, and comes to what a run without failure comes to", async () => {
  await fc.assert(
    fc.asyncProperty(resumes, async ({ flow: generated, seed }) => {
      const { flow, reference, anyTask, origin } = prepare(generated, seed);
      const failing = anyTask();
      const first = await flow.run(observed(flow.graph, seed, [failing]).options);
      expect(first).toMatchObject({ status: "failed", failure: { task: failing } });
      const finished = await flow.records(first.runId);
      const { options, executed } = observed(flow.graph, seed + 1);
      const second = await flow.resume(options);
      expect(second.status).toBe("successful");
      expect(executed.toSorted()).toEqual(without(reference.keys(), finished));
      expect(second.counts).toEqual({ successful: executed.length, carriedOver: finished.size, failed: 0 });
      expect(await originsOf(flow, second.runId)).toEqual(origin(first.runId, finished.keys()));
      expect(await flow.artifacts(second.runId)).toEqual(reference);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test("a resume of a resume goes on from there, and names the run that first had each result", async () => {
  await fc.assert(
    fc.asyncProperty(resumes, async ({ flow: generated, seed }) => {
      const { flow, reference, anyTask, origin } = prepare(generated, seed);
      const expected = new Map<string, string>();
      let originRunId: string | null = null;
      for (let k = 0; k < 3; k += 1) {
        const { options, executed } = observed(flow.graph, seed + k, [anyTask()]);
        // The newest run is the default, the one before it can be named.
        const run: RunResult =
          originRunId === null ? await flow.run(options) : await flow.resume({ ...options, originRunId });
        originRunId = run.runId;
        const done = await flow.records(run.runId);
        expect(await originsOf(flow, run.runId)).toEqual(expected);
        for (const [name, pathspec] of origin(
          run.runId,
          executed.filter((name) => done.has(name)),
        )) {
          expect(expected.has(name)).toBe(false);
          expected.set(name, pathspec);
        }
      }
      const last = await flow.resume(observed(flow.graph, seed + 3).options);
      expect(await originsOf(flow, last.runId)).toEqual(expected);
      expect(await flow.artifacts(last.runId)).toEqual(reference);
    }),
    { numRuns: 75 },
  );
}, 30_000);

/** The steps that can be reached from one, itself included. */
function reachable(graph: FlowGraph, from: string): ReadonlySet<string> {
  const found = new Set([from]);
  // A set that grows while it is walked through.
  for (const name of found) for (const next of graph.steps[name]?.next ?? []) found.add(next);
  return found;
}

test("a resume from a step runs that step and all that can be reached from it again", async () => {
  await fc.assert(
    fc.asyncProperty(resumes, async ({ flow: generated, seed }) => {
      const { flow, reference, anyTask } = prepare(generated, seed);
      const isFailing = seed % 2 === 0;
      const first = await flow.run(observed(flow.graph, seed, isFailing ? [anyTask()] : []).options);
      const finished = await flow.records(first.runId);
      const [fromStep = ""] = anyTask().split("/");
      const again = reachable(flow.graph, fromStep);
      const carried = new Map([...finished].filter(([, { step }]) => !again.has(step)));
      const { options, executed } = observed(flow.graph, seed + 1);
      const second = await flow.resume({ ...options, fromStep });
      expect(second.status).toBe("successful");
      expect(executed.toSorted()).toEqual(without(reference.keys(), carried));
      expect(await flow.artifacts(second.runId)).toEqual(reference);
    }),
    { numRuns: 100 },
  );
}, 30_000);

test("a run whose process died anywhere loses no committed task", async () => {
  await fc.assert(
    fc.asyncProperty(resumes, async ({ flow: generated, seed }) => {
      const { flow, reference } = prepare(generated, seed);
      const pick = seededPick(seed);
      let left = pick(reference.size);
      let died = (): void => {};
      const death = new Promise<void>((resolve) => {
        died = resolve;
      });
      const hang = async (): Promise<void> => {
        left -= 1;
        if (left >= 0) return;
        died();
        await new Promise<never>(() => {});
      };
      // It dies before a task began, or when it was committed and the scheduler does not know it yet.
      void flow.run(pick(2) === 0 ? { before: hang } : { after: hang });
      await death;
      const { items } = await flow.store.listRuns("GeneratedFlow");
      const finished = await flow.records(items[0] ?? "");
      const { options, executed } = observed(flow.graph, seed);
      const resumed = await flow.resume(options);
      expect(executed.toSorted()).toEqual(without(reference.keys(), finished));
      expect(await flow.artifacts(resumed.runId)).toEqual(reference);
    }),
    { numRuns: 100 },
  );
}, 30_000);

test("a resume that ends before it took over everything costs nothing: the next one looks further back", async () => {
  await fc.assert(
    fc.asyncProperty(resumes, async ({ flow: generated, seed }) => {
      const { flow, reference, anyTask, origin } = prepare(generated, seed);
      const first = await flow.run(observed(flow.graph, seed, [anyTask()]).options);
      const finished = await flow.records(first.runId);
      // It is stopped with its first event, at once or after some steps have been taken over.
      const stop = new AbortController();
      const stopLater = ({ type }: RunEvent): void => {
        if (type === (seed % 2 === 0 ? "run.started" : "tasks.carriedOver")) stop.abort();
      };
      const second = await flow.resume({
        ...observed(flow.graph, seed).options,
        stop: stop.signal,
        observer: stopLater,
      });
      const { options, executed } = observed(flow.graph, seed + 1);
      const third = await flow.resume(options);
      const done = new Set([...finished.keys(), ...(await flow.records(second.runId)).keys()]);
      expect(executed.toSorted()).toEqual([...reference.keys()].filter((name) => !done.has(name)).toSorted());
      expect(new Map([...(await originsOf(flow, third.runId)), ...origin(first.runId, finished.keys())])).toEqual(
        await originsOf(flow, third.runId),
      );
      expect(await flow.artifacts(third.runId)).toEqual(reference);
    }),
    { numRuns: 75 },
  );
}, 30_000);
