/** What Google documents and the emulator does not do. */
import type { Datastore } from "@metaflow-ts/core/plugin";
import { type Fault, type FaultProxy, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gs } from "../src/index.js";
import { BUCKET, type ProtocolServer, startProtocolServer } from "./protocol-server.js";
import { answer } from "./server.js";

const CHUNK = 256 * 1024;
/** Nine whole parts, and a bit. */
const LARGE = Buffer.from(Uint32Array.from({ length: (9 * CHUNK + 1000) / 4 }, (_, i) => i * 2654435761).buffer);
const RETRY = { tries: 12, base: 1, cap: 5, total: 20_000, idle: 2_000 };

let store: ProtocolServer;
let proxy: FaultProxy;
let open: () => Promise<Datastore>;
beforeEach(async () => {
  store = await startProtocolServer();
  proxy = await startFaultProxy(store.url);
  open = async () => gs({ endpoint: proxy.url, partBytes: CHUNK, retry: RETRY }).open(`gs://${BUCKET}/runs`, {});
});
afterEach(() => Promise.all([proxy.close(), store.close()]));

const bytesOf = (key: string) => store.objects.get(`runs/${key}`)?.bytes;

it("gives metadata with an object, although a download's headers have none", async () => {
  const datastore = await open();
  const metadata = { made_by: "somebody" };
  await datastore.put("small", Buffer.from("x"), { metadata, ifAbsent: true });
  expect((await datastore.get("small", { attributes: true }))?.metadata).toEqual(metadata);
  expect((await datastore.getStream?.("small", { attributes: true }))?.metadata).toEqual(metadata);
  await datastore.put("large", LARGE, { metadata });
  expect((await datastore.head("large", { attributes: true }))?.metadata).toEqual(metadata);
});

describe("an upload in parts", () => {
  it("sends each part once, and the last one makes the object", async () => {
    const datastore = await open();
    const put = await datastore.put("key", LARGE);
    expect(bytesOf("key")?.equals(LARGE)).toBe(true);
    expect(put).toEqual({ written: true, etag: (await datastore.head("key"))?.etag });
    expect(proxy.requests.filter(({ method }) => method === "PUT")).toHaveLength(10);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))("gets over faults of all kinds, %i", async (seed) => {
    const faults: readonly Fault[] = [
      { kind: "reset", when: "before" },
      { kind: "reset", when: "after" },
      { kind: "truncate" },
      { kind: "truncate", honest: true },
      { ...answer(503, "backendError"), forward: true },
      answer(500, "backendError"),
    ];
    let state = seed * 7919 + 1;
    proxy.decide(() => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 24) % 3 === 0 ? faults[(state >>> 8) % faults.length] : undefined;
    });
    const datastore = await open();
    const put = await datastore.put("key", LARGE, { ifAbsent: true });
    expect(bytesOf("key")?.equals(LARGE)).toBe(true);
    expect(put).toEqual({ written: true, etag: (await datastore.head("key"))?.etag });
    expect(await datastore.put("key", Buffer.concat([LARGE, LARGE]), { ifAbsent: true })).toEqual({ written: false });
    expect(bytesOf("key")).toHaveLength(LARGE.length);
  });

  it("sends again what the store did not keep of a part", async () => {
    store.keepAtMost(100_000);
    await (await open()).put("key", LARGE);
    expect(bytesOf("key")?.equals(LARGE)).toBe(true);
  });

  it("lets exactly one of many win, whose answers are lost", async () => {
    let writes = 0;
    // Not for ever: who comes at every second turn would never get through.
    proxy.decide(({ method }) =>
      method !== "GET" && writes++ < 60 && writes % 2 === 0 ? { kind: "reset", when: "after" } : undefined,
    );
    const put = async (i: number) => (await open()).put("key", Buffer.alloc(2 * CHUNK, i), { ifAbsent: true });
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => put(i)));
    const winners = results.flatMap(({ written }, i) => (written ? [i] : []));
    expect(winners).toEqual([bytesOf("key")?.at(0)]);
  });

  it("is refused where the object changed meanwhile", async () => {
    const datastore = await open();
    const first = await datastore.put("key", LARGE);
    if (!first.written) expect.unreachable();
    expect((await datastore.put("key", LARGE.subarray(4), { ifMatch: first.etag })).written).toBe(true);
    expect(await datastore.put("key", LARGE, { ifMatch: first.etag })).toEqual({ written: false });
    expect(bytesOf("key")).toHaveLength(LARGE.length - 4);
  });

  it("makes no object of bytes that were damaged on their way", async () => {
    let chunks = 0;
    proxy.decide(({ method }) =>
      method === "PUT" && chunks++ === 3 ? { kind: "corrupt", body: "request" } : undefined,
    );
    await expect((await open()).put("key", LARGE)).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
    expect(bytesOf("key")).toBeUndefined();
  });

  it("is cancelled where its source fails", async () => {
    const failing = async function* () {
      yield LARGE;
      throw new Error("the source broke");
    };
    await expect((await open()).putStream?.("key", failing())).rejects.toThrow("the source broke");
    expect(store.sessions.size).toBe(0);
  });

  it("does not show its URL, which is as good as credentials", async () => {
    proxy.decide(({ method, path }) =>
      method === "PUT" ? answer(403, "forbidden", { "x-guploader-uploadid": path.split("/").at(-1) ?? "" }) : undefined,
    );
    const error = await (await open()).put("key", LARGE).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "MF_DATASTORE_DENIED" });
    expect(String(error)).not.toMatch(/secret|session/);
  });
});

it("writes again what was damaged on its way", async () => {
  let writes = 0;
  proxy.decide(({ method }) =>
    method === "POST" && writes++ === 0 ? { kind: "corrupt", body: "request" } : undefined,
  );
  const bytes = LARGE.subarray(0, 100_000);
  expect((await (await open()).put("key", bytes, { ifAbsent: true })).written).toBe(true);
  expect(bytesOf("key")?.equals(bytes)).toBe(true);
  expect(writes).toBe(2);
});

it("takes pages of groups as they come", async () => {
  const datastore = await open();
  for (const key of ["g/1/a", "g/1/b", "g/2/a", "g/key", "g/3/a", "g/3/b"]) await datastore.put(key, LARGE);
  const seen: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
    const page = await datastore.list("g/", { delimiter: "/", limit: 1, cursor });
    seen.push(...page.keys, ...page.prefixes);
    expect(page.keys.length + page.prefixes.length).toBe(1);
    cursor = page.cursor;
  }
  expect(seen).toEqual(["g/1/", "g/2/", "g/3/", "g/key"]);
});

it("believes the store that an object is absent, without asking about the bucket", async () => {
  const datastore = await open();
  expect(await datastore.get("absent")).toBeNull();
  expect(await datastore.head("absent")).toBeNull();
  expect(proxy.requests).toHaveLength(2);
});
