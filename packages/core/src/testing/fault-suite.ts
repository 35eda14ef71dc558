import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createFormatCheck } from "../datastore/format-marker.js";
import { read, text } from "./datastore-rules/rule.js";
import { type DatastoreSuiteOptions, datastoreSuite } from "./datastore-suite.js";
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "./fault-proxy.js";

/** How a store's own suite of faults is made. */
export interface FaultSuiteOptions extends DatastoreSuiteOptions {
  /** The URL of a real server of the store. */
  readonly endpoint: string;
  /** A datastore that holds nothing, or the one that lies at `root`, over an endpoint; its retries wait milliseconds. */
  open(endpoint: string, root?: string): Datastore | Promise<Datastore>;
  /** The store's answers to what went wrong. */
  readonly answers: StoreAnswers;
  /** A datastore whose requests lose their conditions before they are signed. */
  openIgnoring(root: string): Datastore | Promise<Datastore>;
  /** Whether the store's answer to a request has a checksum, so that a changed byte can be seen. */
  isChecked(request: ProxiedRequest): boolean;
}

type Answer = Extract<Fault, { readonly kind: "answer" }>;

export interface StoreAnswers {
  /** What passes, each as it is shown to a client. */
  readonly passing: readonly Answer[];
  readonly denied: Answer;
  readonly expired?: Answer;
  readonly skewed?: Answer;
  readonly overloaded: Answer;
}

/** What networks do, to any store. */
const NETWORK: readonly Fault[] = [
  { kind: "answer", status: 500, forward: true },
  { kind: "answer", status: 504, forward: true },
  { kind: "reset", when: "before" },
  { kind: "reset", when: "after" },
  { kind: "reset", when: "mid-body" },
  { kind: "truncate" },
  { kind: "truncate", honest: true },
  { kind: "delay", milliseconds: 50 },
  { kind: "corrupt", body: "request" },
  { kind: "corrupt", body: "answer" },
];

/**
 * The contract of all datastores behind a network that loses, breaks, delays and damages what it carries, and what has
 * to come of faults that do not pass: one clear error, never a wrong value, a lost commit or two of them.
 */
export function faultSuite(name: string, options: FaultSuiteOptions): void {
  const { endpoint, answers } = options;
  const start = async (fault: Decide): Promise<FaultProxy> => {
    const proxy = await startFaultProxy(endpoint);
    proxy.decide(fault);
    return proxy;
  };
  let seed = 0;
  const open = async () => {
    const proxy = await start(sometimes(++seed, options));
    return { datastore: await options.open(proxy.url), close: () => proxy.close() };
  };
  datastoreSuite(name, { open }, { timeout: 120_000, ...options });

  /** A test with a proxy whose faults it decides. */
  const test = (what: string, check: (proxy: FaultProxy, datastore: Datastore) => Promise<void>) =>
    it(what, { timeout: 120_000 }, async () => {
      const proxy = await start(() => undefined);
      try {
        await check(proxy, await options.open(proxy.url));
      } finally {
        await proxy.close();
      }
    });

  describe(`${name}: faults`, () => {
    commitTests(options, test);
    pageTests(test);
    test("an overloaded store is asked again until it answers", async (proxy, datastore) => {
      proxy.decide((_, index) => (index < 5 ? answers.overloaded : undefined));
      assert.ok((await datastore.put("key", text("x"))).written);
      assert.equal(proxy.requests.length, 6);
    });
    test("what is denied is tried once, and says where", async (proxy, datastore) => {
      proxy.decide(() => answers.denied);
      const error = await failure(datastore.put("folder/key", text("x")), "MF_DATASTORE_DENIED");
      assert.match(error.message, /'folder\/key'/);
      assert.ok(error.message.includes(datastore.root), error.message);
      assert.equal(proxy.requests.length, 1);
    });
    test("an error that does not pass is one error, after some tries", async (proxy, datastore) => {
      proxy.decide(() => answers.passing[0]);
      const error = await failure(datastore.get("key"), "MF_DATASTORE_BROKEN");
      const [, tries] = /tried (\d+) times/.exec(error.message) ?? [];
      // None of them by the SDK itself, unseen.
      assert.equal(proxy.requests.length, Number(tries));
    });
    test("a store that never answers is DATASTORE_BROKEN", async (proxy, datastore) => {
      proxy.decide(() => ({ kind: "delay", milliseconds: 60_000 }));
      await failure(datastore.get("key"), "MF_DATASTORE_BROKEN");
    });
    test("expired credentials are tried with new ones, and then DATASTORE_DENIED", async (proxy, datastore) => {
      const { expired } = answers;
      if (expired === undefined) return;
      proxy.decide((_, index) => (index === 0 ? expired : undefined));
      assert.ok((await datastore.put("key", text("x"))).written);
      proxy.decide(() => expired);
      await failure(datastore.get("key"), "MF_DATASTORE_DENIED");
    });
    test("a clock that differs is tried once more, and then DATASTORE_BROKEN", async (proxy, datastore) => {
      const { skewed } = answers;
      if (skewed === undefined) return;
      proxy.decide((_, index) => (index === 0 ? skewed : undefined));
      assert.ok((await datastore.put("key", text("x"))).written);
      proxy.decide(() => skewed);
      await failure(datastore.get("key"), "MF_DATASTORE_BROKEN");
    });
    it("a store that ignores conditions is found out before anything is registered", async () => {
      const marked = await options.open(endpoint);
      await createFormatCheck(marked).mark();
      const before = await read(marked, "format.json");
      const ignoring = await options.openIgnoring(marked.root);
      await failure(createFormatCheck(ignoring).mark(), "MF_DATASTORE_CONDITION_IGNORED");
      assert.equal(await read(marked, "format.json"), before);
    });
  });
}

type Decide = (request: ProxiedRequest, index: number) => Fault | undefined;
type Test = (what: string, check: (proxy: FaultProxy, datastore: Datastore) => Promise<void>) => void;

/** Nothing is lost, and nothing is done twice, however answers get lost. */
function commitTests({ open }: FaultSuiteOptions, test: Test): void {
  /** Every second request that writes is done, and its answer lost. */
  const losing = (): Decide => {
    let writes = 0;
    return ({ method }) =>
      method !== "GET" && method !== "HEAD" && writes++ % 2 === 0 ? { kind: "reset", when: "after" } : undefined;
  };
  const several = (proxy: FaultProxy, datastore: Datastore, count: number) =>
    Promise.all(Array.from({ length: count }, () => open(proxy.url, datastore.root)));

  test("of 50 commits at once whose answers are lost exactly one wins, and knows it", async (proxy, datastore) => {
    proxy.decide(losing());
    const writers = await several(proxy, datastore, 50);
    const puts = writers.map((writer, i) => writer.put("commit", text(`${i}`), { ifAbsent: true }));
    const winners = (await Promise.all(puts)).flatMap(({ written }, i) => (written ? [i] : []));
    assert.equal(winners.length, 1);
    assert.equal(await read(datastore, "commit"), String(winners[0]));
  });
  test("of equal commits at once whose answers are lost exactly one wins", async (proxy, datastore) => {
    proxy.decide(losing());
    const writers = await several(proxy, datastore, 20);
    const puts = await Promise.all(writers.map((writer) => writer.put("commit", text("same"), { ifAbsent: true })));
    assert.equal(puts.filter(({ written }) => written).length, 1);
  });
  test("20 writers that swap a counter, and whose answers are lost, lose and double no change", async (proxy, datastore) => {
    await datastore.put("counter", text("0"));
    proxy.decide(losing());
    const increment = async (writer: Datastore) => {
      for (let written = false; !written; ) {
        const found = (await writer.get("counter")) ?? assert.fail("the counter is gone");
        const next = String(Number(new TextDecoder().decode(found.bytes)) + 1);
        ({ written } = await writer.put("counter", text(next), { ifMatch: found.etag }));
      }
    };
    await Promise.all((await several(proxy, datastore, 20)).map(increment));
    assert.equal(await read(datastore, "counter"), "20");
  });
}

/** Something else answers than the store: a proxy, a sign-in page, whatever is at an address that was mistyped. */
function pageTests(test: Test): void {
  const page = (status: number): Fault => ({
    kind: "answer",
    status,
    headers: { "content-type": "text/html" },
    body: "<html><head><title>Hello</title></head><body><p>Who are you?</p></body></html>",
  });
  const calls: Readonly<Record<string, (datastore: Datastore) => Promise<unknown>>> = {
    get: (datastore) => datastore.get("key"),
    head: (datastore) => datastore.head("key"),
    list: (datastore) => datastore.list(""),
    put: (datastore) => datastore.put("key", text("x")),
    "put if absent": (datastore) => datastore.put("key", text("x"), { ifAbsent: true }),
  };
  for (const [name, call] of Object.entries(calls)) {
    test(`where no store is, ${name} is DATASTORE_BROKEN after few requests`, async (proxy, datastore) => {
      proxy.decide(() => page(404));
      await failure(call(datastore), "MF_DATASTORE_BROKEN");
      assert.ok(proxy.requests.length <= 3, `${proxy.requests.length} requests`);
    });
    test(`a page of somebody else's is no result of ${name}`, async (proxy, datastore) => {
      proxy.decide(() => page(200));
      await failure(call(datastore), "MF_DATASTORE_BROKEN");
    });
    test(`what somebody else denies is denied: ${name}`, async (proxy, datastore) => {
      proxy.decide(() => page(403));
      await failure(call(datastore), "MF_DATASTORE_DENIED");
      assert.equal(proxy.requests.length, 1);
    });
  }
  test("a page in the place of a commit's answer is no commit, and the next try is", async (proxy, datastore) => {
    proxy.decide((_, index) => (index === 0 ? page(200) : undefined));
    assert.ok((await datastore.put("commit", text("x"), { ifAbsent: true })).written);
    assert.equal(await read(datastore, "commit"), "x");
  });
}

/** About every third request fails, the same ones in each run. */
function sometimes(seed: number, { answers, isChecked }: FaultSuiteOptions): Decide {
  const faults = [...answers.passing, answers.overloaded, ...NETWORK];
  let state = seed;
  return (request) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if ((state >>> 24) % 3 !== 0) return undefined;
    const fault = faults[(state >>> 8) % faults.length];
    const isDamage = fault?.kind === "corrupt" && fault.body === "answer";
    // What a HEAD is answered has no body that says why: of 400 that it would pass.
    const isNameless = request.method === "HEAD" && fault?.kind === "answer" && fault.status === 400;
    return isNameless || (isDamage && !isChecked(request)) ? undefined : fault;
  };
}

async function failure(promise: Promise<unknown>, code: string): Promise<Error> {
  const error: unknown = await promise.then(
    () => assert.fail(`no error, instead of ${code}`),
    (reason: unknown) => reason,
  );
  assert.equal((error as { readonly code?: unknown }).code, code, String(error));
  return error as Error;
}
