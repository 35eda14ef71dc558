/** Gangs whose processes are killed anywhere: they are committed from one start, or not at all. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import type { TaskSpec } from "../task/task-context.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator } from "../testing/decorated-flow.js";
import { randomTurns } from "../testing/in-process-launcher.js";
import { type InProcess, type InProcessOptions, inProcess } from "../testing/in-process-run.js";
import { mortalDatastore } from "../testing/mortal-datastore.js";

/** Tells the starts of a gang apart: each has a port of its own. */
const mark = decorator("mark", {
  wrap(_, { instance, parallel }, proceed) {
    instance.port = parallel.mainPort;
    return proceed();
  },
});

/** A gang in each item of a foreach. */
function gangs(nodes: number, datastore: Datastore): InProcess {
  const { definition } = compiledFlow(
    `
    start() { this.list = [0, 1]; this.nodes = ${nodes}; this.next(this.item, { foreach: this.list }); }
    item() { this.next(this.train, { numParallel: this.nodes }); }
    train() { this.next(this.gather); }
    gather(inputs) { this.ports = inputs.map(({ port }) => port); this.next(this.join); }
    join(inputs) { this.gangs = inputs.map(({ ports }) => ports); this.next(this.end); }
    end() {}`,
    { parallel: ["train"] },
  );
  return inProcess(
    decorated(definition, (step) => (step === "train" ? [mark] : [])),
    datastore,
  );
}

/** The two gangs that a run ended with: the one port of each. */
async function portsOf(flow: InProcess, runId: string, nodes: number): Promise<readonly unknown[]> {
  const ended = (await flow.artifacts(runId)).get("end/0")?.gangs as readonly (readonly unknown[])[];
  for (const ports of ended) {
    expect(ports.length).toBe(nodes);
    expect(new Set(ports).size).toBe(1);
  }
  return ended.map(([port]) => port);
}

/** Gangs that were committed, by the id of their control task, with the port of the start that counts. */
async function committedGangs(flow: InProcess, runId: string): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const item of [0, 1]) {
    const tasks = [0, 1, 2, 3].map((node) => `i${item}-i${node}`);
    const gang = { flow: flow.graph.flow, runId, step: "train", tasks: tasks.slice(0, await nodesOf(flow, runId)) };
    if (!(await flow.store.completeGang(gang))) continue;
    const artifacts = (await flow.artifacts(runId)).get(`train/i${item}-i0`);
    found.set(`i${item}`, artifacts?.port);
  }
  return found;
}

async function nodesOf(flow: InProcess, runId: string): Promise<number> {
  return Number((await flow.artifacts(runId)).get("start/0")?.nodes ?? 1);
}

const cases = fc.record({
  nodes: fc.integer({ min: 1, max: 4 }),
  writes: fc.integer({ min: 3, max: 45 }),
  maxWorkers: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
});

function watching(seed: number, maxWorkers: number): { started: string[]; options: InProcessOptions } {
  const started: string[] = [];
  const before = ({ step, address }: TaskSpec): void => {
    if (step === "train") started.push(`i${address[0]}`);
  };
  return { started, options: { before, after: randomTurns(seed), maxWorkers } };
}

test("a resume goes on from a run that was killed anywhere: committed gangs are taken over, others run whole", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ nodes, writes, maxWorkers, seed }) => {
      const datastore = createMemoryDatastore();
      const died = Promise.withResolvers<void>();
      const doomed = gangs(
        nodes,
        mortalDatastore(datastore, writes, async () => {}, died.resolve),
      );
      const run = doomed.run({ after: randomTurns(seed), maxWorkers });
      await Promise.race([run, died.promise]);
      const flow = gangs(nodes, datastore);
      const { items } = await flow.store.listRuns("TestFlow");
      if (items[0] === undefined) return;
      const { started, options } = watching(seed, maxWorkers);
      const resumed = await flow.resume(options);
      expect(resumed.status).toBe("successful");
      const ports = await portsOf(flow, resumed.runId, nodes);
      const committed = await committedGangs(flow, items[0]);
      for (const [k, item] of ["i0", "i1"].entries()) {
        const times = started.filter((each) => each === item).length;
        expect([item, times]).toEqual([item, committed.has(item) ? 0 : nodes]);
        if (committed.has(item)) expect(ports[k]).toBe(committed.get(item));
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("a resume that is killed anywhere leaves nothing that is mixed with what comes after", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ nodes, writes, maxWorkers, seed }) => {
      const datastore = createMemoryDatastore();
      const flow = gangs(nodes, datastore);
      const first = await flow.run({
        before: ({ step }) => {
          if (step === "join") throw new Error("no");
        },
      });
      const died = Promise.withResolvers<void>();
      const doomed = gangs(
        nodes,
        mortalDatastore(datastore, writes, async () => {}, died.resolve),
      );
      await Promise.race([doomed.resume({ originRunId: first.runId, maxWorkers }), died.promise]);
      const { started, options } = watching(seed, maxWorkers);
      const last = await flow.resume(options);
      expect(last.status).toBe("successful");
      expect(started).toEqual([]);
      await portsOf(flow, last.runId, nodes);
    }),
    { numRuns: 75 },
  );
}, 60_000);

test("a region with a gang that is killed anywhere, and started twice at once, commits one start", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ nodes, writes, maxWorkers, seed }) => {
      const datastore = createMemoryDatastore();
      const flow = gangs(nodes, datastore);
      const runId = await flow.init();
      await flow.region(runId, { entry: "start", steps: ["start"] });
      const rest = { entry: "item", until: "join", items: { from: 0, to: 2 } };
      for (let life = seed % 3; life >= 0; life -= 1) {
        const died = Promise.withResolvers<void>();
        const doomed = gangs(
          nodes,
          mortalDatastore(datastore, (writes * (life + 1)) % 30, async () => {}, died.resolve),
        );
        await Promise.race([doomed.region(runId, rest, { after: randomTurns(seed + life), maxWorkers }), died.promise]);
      }
      const { keys } = await datastore.list("flows/");
      const committed = ["i0", "i1"].filter((item) => keys.some((key) => key.endsWith(`/gangs/train/${item}-i0.json`)));
      const { started, options } = watching(seed, maxWorkers);
      const both = await Promise.all([
        flow.region(runId, rest, options),
        flow.region(runId, rest, { after: randomTurns(seed + 7), maxWorkers: 2 }),
      ]);
      for (const { failure, status } of both) expect([failure, status]).toEqual([null, "successful"]);
      for (const item of committed) expect(started).not.toContain(item);
      expect((await flow.region(runId, { entry: "join" })).status).toBe("successful");
      await portsOf(flow, runId, nodes);
    }),
    { numRuns: 100 },
  );
}, 60_000);
