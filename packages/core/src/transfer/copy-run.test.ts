import { beforeAll, describe, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { blobKey, dataPrefix, runKey } from "../datastore/key-layout.js";
import { listAll } from "../datastore/list-all.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, policyDecorator, retries } from "../testing/decorated-flow.js";
import { type InProcess, inProcess } from "../testing/in-process-run.js";
import { mortalDatastore } from "../testing/mortal-datastore.js";
import { createRunCopier } from "./copy-run.js";

const FLOW = "TestFlow";

let source: InProcess;
let runId: string;

/** A foreach, an attempt that failed, blobs that tasks share, data, and what was resumed. */
beforeAll(async () => {
  const { definition } = compiledFlow(`
    tries = 0;
    start() { this.large = new Uint8Array(40_000).fill(7); this.list = [1, 2, 3]; this.next(this.body, { foreach: this.list }); }
    body(item) { this.item = item; this.other = new Uint8Array(40_000).fill(item); this.next(this.join); }
    join(inputs) { this.items = inputs.map(({ item }) => item); this.next(this.end); }
    end() { if (globalThis.copyRunFails) throw new Error("not yet"); }`);
  source = inProcess(decorated(definition, (step) => (step === "end" ? [policyDecorator(retries(1))] : [])));
  Object.assign(globalThis, { copyRunFails: true });
  const failed = await source.run();
  Object.assign(globalThis, { copyRunFails: false });
  await source.datastore.put(`${dataPrefix(FLOW, failed.runId)}notes/a.txt`, Buffer.from("beside"));
  ({ runId } = await source.resume({ originRunId: failed.runId }));
});

describe("copying a run", () => {
  it("shows no part of it, wherever it is cut short, and completes it when it is done again", async () => {
    const whole = await contents(source.datastore);
    let isDone = false;
    for (let writes = 0; !isDone; writes += 1) {
      const target = createMemoryDatastore("target");
      isDone = await diesAfter(target, writes);
      await sameOrNothing(target, whole);
      await createRunCopier(source.datastore, target).copy(FLOW, runId);
      expect(await contents(target)).toEqual(whole);
      expect((await createRecordStore(target).listRuns(FLOW)).items).toHaveLength(2);
      expect(writes).toBeLessThan(200);
    }
  });

  it("writes what records name before the records", async () => {
    const target = createMemoryDatastore("target");
    const written: string[] = [];
    const seen: Datastore = {
      ...target,
      put: async (key, ...rest) => {
        written.push(key);
        return target.put(key, ...rest);
      },
    };
    await createRunCopier(source.datastore, seen).copy(FLOW, runId);
    const ofFirst = written.slice(
      0,
      written.findIndex((key) => key.endsWith("/run.json")),
    );
    const kinds = ofFirst.map((key) => key.split("/")[0]).filter((kind) => kind !== "format.json");
    expect([...new Set(kinds)]).toEqual(["blobs", "flows"]);
    expect(kinds.lastIndexOf("blobs")).toBeLessThan(kinds.indexOf("flows"));
  });

  it("mends a blob that is damaged in the target", async () => {
    const target = createMemoryDatastore("target");
    await createRunCopier(source.datastore, target).copy(FLOW, runId);
    const { keys } = await listAll(target, "blobs/");
    const key = keys[0] ?? "";
    await target.put(key, Buffer.from("damaged"));
    await target.delete(runKey(FLOW, runId));
    await createRunCopier(source.datastore, target).copy(FLOW, runId);
    expect(await contents(target)).toEqual(await contents(source.datastore));
  });

  it.each([
    ["a blob that is damaged", "blobs/", "MF_BLOB_CORRUPT"],
    ["a record that is damaged", "flows/TestFlow/runs/", "MF_RECORD_CORRUPT"],
  ])("leaves nothing to be seen of a run with %s", async (_, prefix, code) => {
    const { keys } = await listAll(source.datastore, prefix);
    const key = keys.find((each) => each.startsWith("blobs/") || each.includes("/tasks/")) ?? "";
    const hurt: Datastore = {
      ...source.datastore,
      get: async (asked, ...rest) => {
        const found = await source.datastore.get(asked, ...rest);
        return asked === key && found !== null ? { ...found, bytes: found.bytes.slice(0, 20) } : found;
      },
    };
    const target = createMemoryDatastore("target");
    await expect(createRunCopier(hurt, target).copy(FLOW, runId)).rejects.toMatchObject({ code });
    expect(await createRecordStore(target).listFlows()).toEqual([]);
  });

  it("says which blob is missing", async () => {
    const { keys } = await listAll(source.datastore, "blobs/");
    const gone = keys.at(-1)?.split("/")[2] ?? "";
    const hurt: Datastore = {
      ...source.datastore,
      get: async (asked, ...rest) => (asked === blobKey(gone) ? null : source.datastore.get(asked, ...rest)),
    };
    const copying = createRunCopier(hurt, createMemoryDatastore("target")).copy(FLOW, runId);
    await expect(copying).rejects.toMatchObject({ code: "MF_BLOB_MISSING", message: expect.stringContaining(gone) });
  });
});

/** Copies with a target that answers nothing any more after so many writes; whether that was enough for everything. */
async function diesAfter(target: Datastore, writes: number): Promise<boolean> {
  const died = Promise.withResolvers<false>();
  const mortal = mortalDatastore(target, writes, undefined, () => died.resolve(false));
  const copied = createRunCopier(source.datastore, mortal)
    .copy(FLOW, runId)
    .then(() => true);
  return await Promise.race([copied, died.promise]);
}

/** Every run that the target shows is there with everything that belongs to it. */
async function sameOrNothing(target: Datastore, whole: Readonly<Record<string, string>>): Promise<void> {
  const shown = await contents(target);
  const runs = Object.keys(shown).filter((key) => key.endsWith("/run.json"));
  for (const run of runs) {
    const below = Object.entries(whole).filter(([key]) => key.startsWith(run.slice(0, -"run.json".length)));
    expect(shown).toMatchObject(Object.fromEntries(below));
  }
}

/** Every object by its key, but heartbeats of runs that have ended. */
async function contents(datastore: Datastore): Promise<Readonly<Record<string, string>>> {
  const { keys } = await listAll(datastore, "");
  const kept = keys.filter((key) => !key.endsWith("heartbeat.json"));
  const read = kept.map(async (key) => [key, Buffer.from((await datastore.get(key))?.bytes ?? []).toString("hex")]);
  return Object.fromEntries(await Promise.all(read));
}
