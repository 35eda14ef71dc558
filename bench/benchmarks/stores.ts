import { join } from "node:path";
import { createClient } from "@metaflow-ts/core/client";
import type { Datastore } from "@metaflow-ts/core/plugin";
import { createFlowProject, type ProxiedRequest, startFaultProxy } from "@metaflow-ts/core/testing";
import type { Benchmark } from "../lib/benchmark.ts";
import { WORKERS } from "../lib/cli.ts";
import { foreachFlow, helloFlow } from "../lib/flows.ts";
import type { Missing } from "../lib/missing.ts";
import { runProcess } from "../lib/processes.ts";
import { megabytes, milliseconds, throughput, type Unit } from "../lib/quantity.ts";
import { openRecordStore } from "../lib/record-store.ts";
import { inTurns } from "../lib/repeat.ts";
import { atLeastShare, atMost, compare, notMeasured, type Row } from "../lib/rows.ts";
import { azureStore } from "../lib/stores/azure.ts";
import { s3Store } from "../lib/stores/s3.ts";
import { atOnce, type BenchStore } from "../lib/stores/store.ts";

const MB = 1024 * 1024;
const PART = 16 * MB;
const PARALLEL = 4;
/** Of what the SDK does by itself. */
const SHARE = 0.8;
const FLOW = "HelloFlow";
const SMALL = Buffer.alloc(1024, "x");

/** One benchmark for each object store; those without a server say so. */
export const stores: readonly Benchmark[] = [benchmark("s3", s3Store), benchmark("azure", azureStore)];

function benchmark(name: string, find: () => BenchStore | Missing): Benchmark {
  return {
    name,
    async run({ quick }) {
      const store = find();
      if ("missing" in store) return [notMeasured(name, "", store.missing)];
      return [
        ...(await small(store, quick ? 50 : 500)),
        ...(await large(store, quick ? 128 : 1024)),
        await memory(store, quick ? 512 : 10 * 1024),
        ...(await requests(store, quick ? 100 : 1000)),
        await listing(store, quick ? 500 : 10_000),
      ];
    },
  };
}

/** Objects of 1 KB, one at a time and many at once, beside the bare SDK. */
async function small(store: BenchStore, count: number): Promise<Row[]> {
  const root = store.makeRoot();
  const [ours, bare] = [await store.open(root), await store.bare(root)];
  const rows: Row[] = [];
  for (const parallel of [1, 64]) {
    const timed = (call: (index: number) => Promise<unknown>) => async () => {
      const begin = performance.now();
      await atOnce(count, parallel, call);
      return performance.now() - begin;
    };
    const times = await inTurns(3, {
      put: timed((i) => ours.put(`ours/${i}`, SMALL)),
      barePut: timed((i) => bare.put(`bare/${i}`, SMALL)),
      get: timed((i) => ours.get(`ours/${i}`)),
      bareGet: timed((i) => bare.get(`bare/${i}`)),
    });
    const rate = (ms: number) => ({ value: (count / ms) * 1000, unit: "requests/s" as Unit });
    const row = (what: string, mine: number, theirs: number) =>
      atLeastShare(`${store.name}: ${what} 1 KB, ${parallel} at once`, rate(mine), bareOf(rate(theirs)), SHARE);
    rows.push(row("put", times.put, times.barePut), row("get", times.get, times.bareGet));
  }
  return rows;
}

/** One large object as a stream, beside the bare SDK with parallel parts. */
async function large(store: BenchStore, size: number): Promise<Row[]> {
  const root = store.makeRoot();
  const [ours, bare] = [await store.open(root), await store.bare(root)];
  const part = Buffer.alloc(PART, "x");
  const count = (size * MB) / PART;
  const timed = (call: () => Promise<unknown>) => async () => {
    const begin = performance.now();
    await call();
    return performance.now() - begin;
  };
  const times = await inTurns(3, {
    put: timed(async () => ours.putStream?.("ours", repeated(part, count))),
    barePut: timed(() => bare.putParts("bare", part, count, PARALLEL)),
    get: timed(() => readStream(ours, "ours")),
    bareGet: timed(() => bare.getRanges("bare", PART, count, PARALLEL)),
  });
  await Promise.all(["ours", "bare"].map((key) => ours.delete(key)));
  const speed = (ms: number) => throughput(size * MB, ms);
  return [
    atLeastShare(`${store.name}: ${size} MB put`, speed(times.put), bareOf(speed(times.barePut)), SHARE),
    atLeastShare(`${store.name}: ${size} MB get`, speed(times.get), bareOf(speed(times.bareGet)), SHARE),
  ];
}

/** What a process takes to stream a very large object in and out. */
async function memory(store: BenchStore, size: number): Promise<Row> {
  const script = join(import.meta.dirname, "../lib/stream-object.ts");
  const args = [script, store.package, store.makeRoot(), String(size)];
  const options = { cwd: join(import.meta.dirname, ".."), env: store.environment(store.endpoint), memory: true };
  const { peakBytes } = await runProcess(process.execPath, args, options);
  const name = `${store.name}: memory to stream ${size} MB in and out`;
  return peakBytes === null ? notMeasured(name, "", "no /proc") : atMost(name, megabytes(peakBytes), 256);
}

/** A foreach of small tasks: its time, and the requests that one more task costs. */
async function requests(store: BenchStore, width: number): Promise<Row[]> {
  const project = await createFlowProject({ [store.package]: store.folder }, { "flow.ts": foreachFlow.ts });
  const proxy = await startFaultProxy(store.endpoint);
  try {
    const run = async (items: number) => {
      const from = proxy.requests.length;
      const begin = performance.now();
      const words = ["flow.ts", "run", "--width", String(items), ...WORKERS, "--datastore-root", store.makeRoot()];
      const { code, stderr } = await project.metaflow(words, store.environment(proxy.url));
      if (code !== 0) throw new Error(stderr);
      return { ms: performance.now() - begin, requests: proxy.requests.slice(from) };
    };
    const [one, many] = [await run(1), await run(width)];
    const perTask = (count: (requests: readonly ProxiedRequest[]) => number) => ({
      value: (count(many.requests) - count(one.requests)) / (width - 1),
      unit: "requests/task" as Unit,
    });
    const isRead = ({ method }: ProxiedRequest) => method === "GET" || method === "HEAD";
    const name = `${store.name}: foreach of ${width} tasks`;
    const reads = perTask((all) => all.filter(isRead).length);
    const lists = perTask((all) => all.filter(store.isList).length);
    return [
      atMost(`${name}: per task`, { value: (many.ms - one.ms) / (width - 1), unit: "ms/task" }, 20),
      atMost(
        `${name}: writes`,
        perTask((all) => all.length - all.filter(isRead).length),
        2,
      ),
      atMost(`${name}: reads`, reads, 2),
      atMost(`${name}: lists`, lists, 0),
    ];
  } finally {
    await Promise.all([proxy.close(), project.remove()]);
  }
}

/** The newest page of many runs, as a new client reads it, beside one request for as many bytes. */
async function listing(store: BenchStore, count: number): Promise<Row> {
  const root = store.makeRoot();
  await fillRuns(store, root, count);
  const datastore = await store.open(root);
  const bare = await store.bare(root);
  await bare.put("probe", SMALL);
  const timed = (call: () => Promise<unknown>) => async () => {
    const begin = performance.now();
    await call();
    return performance.now() - begin;
  };
  const times = await inTurns(7, {
    page: timed(async () => (await createClient({ datastore })).flow(FLOW).runs().page()),
    bare: timed(() => bare.get("probe")),
  });
  const name = `${store.name}: newest page of ${count} runs`;
  const row = compare(name, milliseconds(times.page), { what: "one request", quantity: milliseconds(times.bare) });
  return { ...row, target: "≤ 200 ms + one", met: times.page <= 200 + times.bare };
}

/** Copies one real run until there are so many. */
async function fillRuns(store: BenchStore, root: string, count: number): Promise<void> {
  const project = await createFlowProject({ [store.package]: store.folder }, { "flow.ts": helloFlow.ts });
  const { code, stderr } = await project.metaflow(
    ["flow.ts", "run", "--datastore-root", root],
    store.environment(store.endpoint),
  );
  await project.remove();
  if (code !== 0) throw new Error(stderr);
  const datastore = await store.open(root);
  const { id } = await (await createClient({ datastore })).flow(FLOW).latestRun();
  const records = await openRecordStore(datastore);
  const run = await records.readRun(FLOW, id);
  if (run === null) throw new Error("The run left no record.");
  await atOnce(count - 1, 64, async (k) => {
    const startedAt = Number(run.startedAt) - k - 1;
    await records.createRun({ ...run, runId: String(startedAt * 1000), startedAt });
  });
}

const bareOf = (quantity: Parameters<typeof compare>[1]) => ({ what: "bare SDK", quantity });

async function* repeated(part: Buffer, count: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i += 1) yield part;
}

async function readStream(datastore: Datastore, key: string): Promise<void> {
  for await (const _ of (await datastore.getStream?.(key))?.stream ?? []);
}
