import fc from "fast-check";
import { expect, test } from "vitest";
import { taskId } from "../graph/addresses.js";
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
      let busy = 0;
      const { runId, status, counts } = await flow.run({
        maxWorkers,
        before: (spec) => {
          busy += 1;
          expect(busy).toBeLessThanOrEqual(maxWorkers);
          const name = `${spec.step}/${taskId(flow.graph, spec.step, spec.address)}`;
          begun.set(name, [...(begun.get(name) ?? []), spec.attempt]);
          if (spec.attempt < failuresOf(seed, spec)) throw new Error("not yet");
        },
        after: async () => {
          await randomTurns(seed)();
          busy -= 1;
        },
      });
      const reference = referenceRun(compiled.definition, flow.graph);
      expect(status).toBe("successful");
      expect(counts).toEqual({ successful: reference.size, carriedOver: 0, failed: 0 });
      expect(await flow.artifacts(runId)).toEqual(reference);
      for (const [name, { attempt }] of await flow.records(runId)) {
        expect(begun.get(name)).toEqual(Array.from({ length: attempt + 1 }, (_, k) => k));
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

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
