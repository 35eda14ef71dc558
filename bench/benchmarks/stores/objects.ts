import { join } from "node:path";
import type { Datastore, GetOptions } from "@metaflow-ts/core/plugin";
import { runProcess } from "../../lib/processes.ts";
import { megabytes, throughput, type Unit } from "../../lib/quantity.ts";
import { atOnce, inTurns, timed } from "../../lib/repeat.ts";
import { atLeastShare, atMost, type compare, notMeasured, plain, type Row } from "../../lib/rows.ts";
import type { BenchStore } from "../../lib/stores/store.ts";

const MB = 1024 * 1024;
/** As large as our own parts, and more of them at once. */
const PART = 8 * MB;
const PARALLEL = 4;
/** Of what the SDK does by itself. */
const SHARE = 0.8;
const SMALL = Buffer.alloc(1024, "x");

/** Objects of 1 KB, one at a time and many at once, beside the bare SDK. */
export async function small(store: BenchStore, count: number): Promise<Row[]> {
  const root = store.makeRoot();
  const [ours, bare] = [await store.open(root), await store.bare(root)];
  const rows: Row[] = [];
  for (const parallel of [1, 64]) {
    const all = (call: (index: number) => Promise<unknown>) => timed(() => atOnce(count, parallel, call));
    const times = await inTurns(3, {
      put: all((i) => ours.put(`ours/${i}`, SMALL)),
      barePut: all((i) => bare.put(`bare/${i}`, SMALL)),
      get: all((i) => ours.get(`ours/${i}`)),
      bareGet: all((i) => bare.get(`bare/${i}`)),
    });
    const rate = (ms: number) => ({ value: (count / ms) * 1000, unit: "requests/s" as Unit });
    const row = (what: string, mine: number, theirs: number) =>
      atLeastShare(`${store.name}: ${what} 1 KB, ${parallel} at once`, rate(mine), bareOf(rate(theirs)), SHARE);
    rows.push(row("put", times.put, times.barePut), row("get", times.get, times.bareGet));
  }
  return rows;
}

/** One large object as a stream, beside the bare SDK with parallel parts. */
export async function large(store: BenchStore, size: number): Promise<Row[]> {
  const root = store.makeRoot();
  const [ours, bare] = [await store.open(root), await store.bare(root)];
  const part = Buffer.alloc(PART, "x");
  const count = (size * MB) / PART;
  const times = await inTurns(3, {
    put: timed(async () => ours.putStream?.("ours", repeated(part, count))),
    barePut: timed(() => bare.putParts("bare", part, count, PARALLEL)),
    get: timed(() => readStream(ours, { checkedByCaller: true })),
    checkedGet: timed(() => readStream(ours, {})),
    bareGet: timed(() => bare.getRanges("bare", PART, count, PARALLEL)),
  });
  await Promise.all(["ours", "bare"].map((key) => ours.delete(key)));
  const speed = (ms: number) => throughput(size * MB, ms);
  return [
    atLeastShare(`${store.name}: ${size} MB put`, speed(times.put), bareOf(speed(times.barePut)), SHARE),
    // As artifacts are read: they have checksums of their own. The SDKs check no ranges.
    atLeastShare(`${store.name}: ${size} MB get`, speed(times.get), bareOf(speed(times.bareGet)), SHARE),
    plain(`${store.name}: ${size} MB get with the store's checksums`, speed(times.checkedGet)),
  ];
}

/** What a process takes to stream a very large object in and out. */
export async function memory(store: BenchStore, size: number): Promise<Row> {
  const script = join(import.meta.dirname, "../../lib/stream-object.ts");
  const args = [script, store.package, store.makeRoot(), String(size)];
  const options = { cwd: join(import.meta.dirname, "../.."), env: store.environment(store.endpoint), memory: true };
  const { peakBytes } = await runProcess(process.execPath, args, options);
  const name = `${store.name}: memory to stream ${size} MB in and out`;
  return peakBytes === null ? notMeasured(name, "", "no /proc") : atMost(name, megabytes(peakBytes), 256);
}

const bareOf = (quantity: Parameters<typeof compare>[1]) => ({ what: "bare SDK", quantity });

async function* repeated(part: Buffer, count: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i += 1) yield part;
}

async function readStream(datastore: Datastore, options: GetOptions): Promise<void> {
  for await (const _ of (await datastore.getStream?.("ours", options))?.stream ?? []);
}
