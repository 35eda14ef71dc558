import fc from "fast-check";
import { expect, test } from "vitest";
import { taskId } from "../graph/addresses.js";
import type { TaskSpec } from "../task/task-context.js";
import { generatedFlows } from "../testing/generated-graphs.js";
import { randomTurns } from "../testing/in-process-launcher.js";
import { type InProcess, inProcess } from "../testing/in-process-run.js";
import { runInRegions } from "../testing/random-regions.js";
import { referenceRun } from "../testing/reference-run.js";
import { seededPick } from "../testing/seeded-pick.js";
import { type RegionName, regionOf } from "./region-name.js";

const partitions = fc.record({ flow: generatedFlows(), seed: fc.nat() });

test("any partition into regions, each by a scheduler of its own, leaves what one run leaves", async () => {
  await fc.assert(
    fc.asyncProperty(partitions, async ({ flow: { compiled }, seed }) => {
      const flow = inProcess(compiled.definition);
      const { runId, places } = await runInRegions(flow, seededPick(seed), async (id, place) => {
        const before = await flow.records(id);
        const { status, failure, exits, counts } = await flow.region(id, place, { after: randomTurns(seed) });
        expect([place, failure, status]).toEqual([place, null, "successful"]);
        expect(counts.successful).toBe((await flow.records(id)).size - before.size);
        // One way out, though it may lead to many tasks; a single step leads wherever it does.
        if (regionOf(flow.graph, place).steps.size > 1)
          expect(new Set(exits.map(({ step }) => step)).size).toBeLessThan(2);
        return exits;
      });
      const reference = referenceRun(compiled.definition, flow.graph);
      expect([places, await flow.artifacts(runId)]).toEqual([places, reference]);
      const run = await flow.store.readRun(flow.graph.flow, runId);
      expect(run?.status).toBe("successful");
      expect(run?.counts).toEqual({ successful: reference.size, carriedOver: 0, failed: 0 });
    }),
    { numRuns: 150 },
  );
}, 30_000);

/** Ends a scheduler's life in the middle: attempts after the given number hang, before or after they committed. */
async function startAndKill(flow: InProcess, runId: string, place: RegionName, attempts: number, late: boolean) {
  let left = attempts;
  let killed = (): void => {};
  const death = new Promise<null>((resolve) => {
    killed = () => resolve(null);
  });
  const hang = async (): Promise<void> => {
    left -= 1;
    if (left >= 0) return;
    killed();
    await new Promise<never>(() => {});
  };
  const hooks = late ? { after: hang } : { before: hang };
  return Promise.race([flow.region(runId, place, hooks), death]);
}

test("a region that is killed anywhere goes on when it is started again, and runs no committed task twice", async () => {
  await fc.assert(
    fc.asyncProperty(partitions, async ({ flow: { compiled }, seed }) => {
      const flow = inProcess(compiled.definition);
      const pick = seededPick(seed);
      let deaths = 0;
      const { runId, places } = await runInRegions(flow, pick, async (id, place) => {
        // Each life may be over before the region is: then it gets another.
        for (let lives = pick(4); lives > 0; lives -= 1) {
          const ended = await startAndKill(flow, id, place, pick(6), pick(2) === 0);
          if (ended !== null) return ended.exits;
          deaths += 1;
        }
        const committed = await flow.records(id);
        const before = ({ step, address }: TaskSpec): void => {
          expect(committed.has(`${step}/${taskId(flow.graph, step, address)}`)).toBe(false);
        };
        const { exits, failure, counts } = await flow.region(id, place, { before });
        expect(failure).toBeNull();
        expect(counts.successful).toBe((await flow.records(id)).size - committed.size);
        return exits;
      });
      const reference = referenceRun(compiled.definition, flow.graph);
      expect([places, deaths, await flow.artifacts(runId)]).toEqual([places, deaths, reference]);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test("schedulers that run the same region at once commit each task once, and come to the same end", async () => {
  await fc.assert(
    fc.asyncProperty(partitions, async ({ flow: { compiled }, seed }) => {
      const flow = inProcess(compiled.definition);
      const { runId } = await runInRegions(flow, seededPick(seed), async (id, place) => {
        const both = await Promise.all([
          flow.region(id, place, { after: randomTurns(seed), before: randomTurns(seed + 1) }),
          flow.region(id, place, { after: randomTurns(seed + 2), maxWorkers: 2 }),
        ]);
        for (const { failure } of both) expect(failure).toBeNull();
        const [one, other] = both.map(({ exits }) => exits.map(({ step, task }) => `${step}/${task}`).toSorted());
        expect(one).toEqual(other);
        return both[0].exits;
      });
      expect(await flow.artifacts(runId)).toEqual(referenceRun(compiled.definition, flow.graph));
    }),
    { numRuns: 75 },
  );
}, 30_000);
