import assert from "node:assert/strict";
import type { Datastore } from "../contracts/datastore.js";
import { listAll } from "../datastore/list-all.js";
import { mapBounded } from "../datastore/map-bounded.js";

/** Bytes of an artifact that every store takes in more than two parts. */
const LARGE_BYTES = 20 * 1024 * 1024;

/** A flow that leaves all that runs can leave. It breaks at its end with BREAK_END, and waits there for the file GATE. */
export const copiedFlow = `import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { current, FlowSpec, type Inputs, step } from "@metaflow-ts/core";
import { openData } from "@metaflow-ts/core/data";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";

const any = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } } as const;
const again = defineStepDecorator({
  name: "again", contract: 1, options: any,
  policy: () => ({ retry: { times: 1, platformTimes: 0, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 } }),
});

export default class CopiedFlow extends FlowSpec {
  items!: number[];
  large!: Uint8Array;
  shared!: Uint8Array;
  found!: Map<string, number>;

  @step async start() {
    this.items = [0, 1, 2];
    this.large = randomBytes(process.env.SMALL ? 10 : ${LARGE_BYTES});
    this.shared = new Uint8Array(300_000).fill(7);
    const data = await openData({ run: current });
    await data.put("notes/a.txt", "beside the run");
    console.log("printed");
    console.error("warned");
    this.next(this.each, { foreach: this.items });
  }
  @again @step each(item: number) {
    console.log("try", current.retryCount, "of", item);
    this.shared = new Uint8Array(300_000).fill(7);
    if (item === 1 && current.retryCount === 0) throw new RangeError("the first try");
    this.found = new Map([["square", item * item]]);
    this.next(this.join);
  }
  @step join(inputs: Inputs<CopiedFlow, "each">) {
    this.found = new Map([["sum", [...inputs].reduce((sum, { found }) => sum + (found.get("square") ?? 0), 0)]]);
    this.mergeArtifacts(inputs, { include: ["large", "shared"] });
    this.next(this.end);
  }
  @step async end() {
    console.log("at the end");
    while (process.env.GATE && !existsSync(process.env.GATE)) await sleep(20);
    if (process.env.BREAK_END) throw new Error("broken on purpose");
    const data = await openData({ run: current.originRunId === undefined ? current : "CopiedFlow/" + current.originRunId });
    console.log((await data.get("notes/a.txt")).text(), this.found.get("sum"), this.large.length);
  }
}
`;

const PARALLEL = 8;

/** Every object below a root is at the other, byte for byte, but heartbeats of runs that have ended. */
export async function sameContents(one: Datastore, other: Datastore): Promise<void> {
  const [expected, found] = [await keysOf(one), await keysOf(other)];
  assert.deepEqual(found, expected);
  await mapBounded(expected, PARALLEL, async (key) => {
    const [wanted, got] = [await one.get(key), await other.get(key)];
    assert.ok(Buffer.from(wanted?.bytes ?? []).equals(got?.bytes ?? Buffer.alloc(0)), `${key} differs`);
  });
}

async function keysOf(datastore: Datastore): Promise<readonly string[]> {
  const { keys } = await listAll(datastore, "");
  return keys.filter((key) => !key.endsWith("/heartbeat.json")).toSorted();
}

/** The largest blob, and what is stored of it. */
export async function largestBlob(datastore: Datastore): Promise<{ readonly key: string; readonly bytes: Uint8Array }> {
  const { keys } = await listAll(datastore, "blobs/");
  const sizes = await mapBounded(keys, PARALLEL, async (key) => ({
    key,
    size: (await datastore.head(key))?.size ?? 0,
  }));
  const { key = "" } = sizes.toSorted((a, b) => b.size - a.size)[0] ?? {};
  const found = (await datastore.get(key)) ?? assert.fail(`no ${key}`);
  return { key, bytes: found.bytes };
}
