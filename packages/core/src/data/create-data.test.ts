import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createLocalDatastore } from "../datastore/local-datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { dataSuite } from "../testing/data-suite.js";
import { createData } from "./create-data.js";

dataSuite("local", {
  open() {
    const root = mkdtempSync(join(tmpdir(), "data-"));
    return { datastore: createLocalDatastore(root), close: () => rmSync(root, { recursive: true, force: true }) };
  },
});

dataSuite("memory", { open: () => ({ datastore: createMemoryDatastore() }) });

describe("a put that is to replace nothing", () => {
  /** Notes the calls; `keeps` says whether conditions are. */
  function createStore(keeps: boolean) {
    const memory = createMemoryDatastore();
    const calls: string[] = [];
    const datastore: Datastore = {
      ...memory,
      head(key, options) {
        calls.push("head");
        return memory.head(key, options);
      },
      put(key, body, { ifAbsent, ...options } = {}) {
        calls.push("put");
        return memory.put(key, body, { ...options, ifAbsent: keeps && ifAbsent });
      },
    };
    return { data: createData(datastore, ""), calls, memory };
  }
  const textOf = async (memory: Datastore, key: string) => Buffer.from((await memory.get(key))?.bytes ?? []).toString();

  it("replaces nothing where a proxy drops conditions, and says so at the first chance", async () => {
    const { data, memory } = createStore(false);
    await memory.put("there", Buffer.from("old"));
    expect((await data.put("there", "new", { overwrite: false })).written).toBe(false);
    expect(await textOf(memory, "there")).toBe("old");
    const stream = async function* () {
      yield Buffer.from("new");
    };
    expect((await data.put("there", stream(), { overwrite: false })).written).toBe(false);
    expect(await textOf(memory, "there")).toBe("old");
    await expect(data.put("fresh", "x", { overwrite: false })).rejects.toMatchObject({
      code: "MF_DATASTORE_CONDITION_IGNORED",
    });
  });

  it("is one request once the store has shown that it keeps conditions, also where many begin at once", async () => {
    const { data, calls } = createStore(true);
    const entries = Array.from({ length: 10 }, (_, k) => [`k${k}`, "x"] as const);
    const written = await data.putMany(entries, { overwrite: false });
    expect(written.every((each) => each.written)).toBe(true);
    expect(calls).toEqual(["head", ...new Array<string>(11).fill("put")]);
    calls.length = 0;
    expect((await data.put("k0", "y", { overwrite: false })).written).toBe(false);
    expect(calls).toEqual(["put"]);
  });
});
