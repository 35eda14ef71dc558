import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import { parseTaskId, taskId } from "../graph/addresses.js";
import { gangSplitOf } from "../graph/gangs.js";
import type { TaskSpec } from "../task/task-context.js";
import { decorated, decorator, policyDecorator, retries } from "../testing/decorated-flow.js";
import { generatedFlows } from "../testing/generated-graphs.js";
import { randomTurns } from "../testing/in-process-launcher.js";
import { inProcess } from "../testing/in-process-run.js";
import { referenceRun } from "../testing/reference-run.js";
import { seededPick } from "../testing/seeded-pick.js";

const TIMES = 3;
const runs = fc.record({ flow: generatedFlows(), maxWorkers: fc.integer({ min: 1, max: 8 }), seed: fc.nat() });

/** How many attempts of a task fail before one succeeds: told by its name and the seed alone. */
function failuresOf(seed: number, { step, address }: TaskSpec): number {
  const name = [...step].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed);
  return seededPick(address.reduce((sum, index) => sum * 7 + index, name) >>> 0)(TIMES + 1);
}

test("tasks that fail and are tried again leave what tasks leave that do not fail", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled }, maxWorkers, seed }) => {
      const policy = policyDecorator(retries(TIMES, { delayMs: seed % 2 }));
      const flow = inProcess(decorated(compiled.definition, () => [policy]));
      const begun = new Map<string, number[]>();
      const busy = new Map<string, string>();
      const failures = new Map<string, number>();
      const { runId, status, counts } = await flow.run({
        maxWorkers,
        before: (spec) => {
          const name = `${spec.step}/${taskId(flow.graph, spec.step, spec.address)}`;
          const group = groupOf(flow.graph, spec);
          busy.set(name, group);
          // A gang that is wider than there are workers has them all for itself.
          if (busy.size > maxWorkers) expect(new Set(busy.values())).toEqual(new Set([group]));
          failures.set(group, Math.max(failures.get(group) ?? 0, failuresOf(seed, spec)));
          begun.set(name, [...(begun.get(name) ?? []), spec.attempt]);
          if (spec.attempt < failuresOf(seed, spec)) throw new Error("not yet");
        },
        after: randomTurns(seed),
        observer: (event) => {
          if (event.type === "task.finished") busy.delete(`${event.step}/${event.task}`);
        },
      });
      const reference = referenceRun(compiled.definition, flow.graph);
      expect(status).toBe("successful");
      expect(counts).toEqual({ successful: reference.size, carriedOver: 0, failed: 0 });
      expect(await flow.artifacts(runId)).toEqual(reference);
      for (const [name, { attempt, step, task }] of await flow.records(runId)) {
        const address = parseTaskId(flow.graph, step, task) ?? [];
        // Whichever of its tasks fails, a gang is started again as a whole.
        expect([name, attempt]).toEqual([name, failures.get(groupOf(flow.graph, { step, address }))]);
        expect(begun.get(name)).toEqual(Array.from({ length: attempt + 1 }, (_, k) => k));
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

/** The same for all tasks of a gang. */
function groupOf(graph: FlowGraph, { step, address }: TaskRef): string {
  return `${step}/${gangSplitOf(graph, step) === null ? address.join() : address.slice(0, -1).join()}`;
}

test("a step that a decorator skips takes its own transition, wherever it stands", async () => {
  const all = { trace: ["skipped"], total: 7 };
  const skip = decorator("skip", {
    // A join's own code says what it passes on.
    wrap: (_, { instance, inputs }, proceed) => (inputs === undefined ? void Object.assign(instance, all) : proceed()),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled }, maxWorkers }) => {
      const flow = inProcess(decorated(compiled.definition, (step) => (isPlain(step) ? [skip] : [])));
      const { runId, failure } = await flow.run({ maxWorkers });
      expect(failure).toBeNull();
      const left = await flow.artifacts(runId);
      for (const [name, artifacts] of left) {
        const [step = ""] = name.split("/");
        if (isPlain(step) && flow.graph.steps[step]?.isJoin === false) expect(artifacts).toMatchObject(all);
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

/** Steps that leave nothing which a transition is about. */
const isPlain = (step: string): boolean => /^step\d+$/.test(step);
