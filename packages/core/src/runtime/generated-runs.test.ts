import fc from "fast-check";
import { expect, test } from "vitest";
import { taskId } from "../graph/addresses.js";
import { generatedFlows } from "../testing/generated-graphs.js";
import { randomTurns } from "../testing/in-process-launcher.js";
import { type InProcess, inProcess } from "../testing/in-process-run.js";
import { referenceRun } from "../testing/reference-run.js";
import { findInputs } from "./find-inputs.js";

const runs = fc.record({ flow: generatedFlows(), maxWorkers: fc.integer({ min: 1, max: 8 }), seed: fc.nat() });

test("a run leaves the reference's tasks and artifacts, whatever the number of workers and the order of the ends", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled }, maxWorkers, seed }) => {
      const flow = inProcess(compiled.definition);
      const { runId, status, counts } = await flow.run({ maxWorkers, after: randomTurns(seed) });
      const reference = referenceRun(compiled.definition, flow.graph);
      expect(status).toBe("successful");
      expect(counts).toEqual({ successful: reference.size, carriedOver: 0, failed: 0 });
      expect(await flow.artifacts(runId)).toEqual(reference);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test("two runs leave the same records, times and run ids aside", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled }, maxWorkers, seed }) => {
      const flow = inProcess(compiled.definition);
      const one = await flow.run({ maxWorkers: 1 });
      const other = await flow.run({ maxWorkers, after: randomTurns(seed) });
      expect(await comparable(flow, other.runId)).toEqual(await comparable(flow, one.runId));
    }),
    { numRuns: 50 },
  );
}, 30_000);

async function comparable(flow: InProcess, runId: string): Promise<unknown> {
  const records = [...(await flow.records(runId))];
  return new Map(records.map(([name, record]) => [name, { ...record, runId: "", startedAt: 0, finishedAt: 0 }]));
}

test("the inputs that the datastore tells are those that the scheduler gave, when a task starts and ever after", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled }, maxWorkers, seed }) => {
      const flow = inProcess(compiled.definition);
      const { graph, store: records } = flow;
      let runId = "";
      const given: [string, { step: string; address: readonly number[] }, unknown][] = [];
      const { failure } = await flow.run({
        maxWorkers,
        after: randomTurns(seed),
        onRunId: (id) => {
          runId = id;
        },
        async before({ step, address, inputs }) {
          given.push([`${step}/${taskId(graph, step, address)}`, { step, address }, inputs]);
          expect(await findInputs({ graph, records, runId }, { step, address })).toEqual(inputs);
        },
      });
      expect(failure).toBeNull();
      for (const [name, task, inputs] of given) {
        expect([name, await findInputs({ graph, records, runId }, task)]).toEqual([name, inputs]);
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);

test("no inputs are found for tasks that the run never came to", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ({ flow: { compiled } }) => {
      const flow = inProcess(compiled.definition);
      const { graph } = flow;
      const { runId } = await flow.run();
      const done = await flow.records(runId);
      const source = { graph, records: flow.store, runId };
      for (const { name: step, scope } of Object.values(graph.steps)) {
        for (const address of [scope.map(() => 0), scope.map(() => 1), scope.map((_, k) => (k === 0 ? 3 : 0))]) {
          if (done.has(`${step}/${taskId(graph, step, address)}`)) continue;
          const found = await findInputs(source, { step, address }).catch((error: { code: string }) => error.code);
          expect([step, address, found]).toEqual([step, address, "MF_INPUTS_NOT_FOUND"]);
        }
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);
