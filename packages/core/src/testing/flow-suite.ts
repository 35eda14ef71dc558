import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { CommandPlace } from "./command-place.js";
import { contend, contenderFiles } from "./contention.js";
import { type ProxiedRequest, startFaultProxy } from "./fault-proxy.js";
import { type CommandResult, createFlowProject, type FlowProject } from "./flow-project.js";
import { rivalFiles, rivalTests } from "./rival-tests.js";
import { type ThrottlingOptions, throttlingTests } from "./throttling-tests.js";

type Variables = Readonly<Record<string, string | undefined>>;

export interface FlowSuiteOptions extends CommandPlace {
  /** The URL of a real server of the store. */
  readonly endpoint: string;
  /** A root in a bucket that does not exist. */
  readonly absentRoot: string;
  isList(request: ProxiedRequest): boolean;
  /** The store's answers to more requests than it takes, in all of its words. */
  readonly throttled: ThrottlingOptions["answers"];
  /** Whether a request changes something. Default: by its method. */
  isWrite?(request: ProxiedRequest): boolean;
}

const ITEMS = 8;

const FLOW = `import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";

export default class StoredFlow extends FlowSpec {
  items!: number[];
  large!: Uint8Array;
  item!: number;
  sum!: number;
  @step start() {
    this.items = Array.from({ length: Number(process.env.ITEMS ?? ${ITEMS}) }, (_, i) => i);
    this.large = new Uint8Array(3_000_000).fill(7);
    this.next(this.each, { foreach: this.items });
  }
  @step each() {
    this.item = (this.input as number) * 2;
    this.next(this.join);
  }
  @step join(inputs: Inputs<this, "each">) {
    this.sum = [...inputs].reduce((sum, { item }) => sum + item, 0);
    this.mergeArtifacts(inputs, { include: ["large"] });
    this.next(this.end);
  }
  @step end() {
    if (process.env.BREAK_END) throw new Error("broken on purpose");
    // Not mentioned in the source, so it is read when it is asked for, without waiting.
    const name = ["lar", "ge"].join("") as "large";
    console.log("sum", this.sum, "large", this[name].length, this[name][2_999_999]);
  }
}
`;
const lineOf = (items: number) => `sum ${items * (items - 1)} large 3000000 7`;
const SUM = lineOf(ITEMS);

/** Runs, reading commands and resume over a datastore, as a person would use it, in projects that have it installed. */
export function flowSuite(name: string, options: FlowSuiteOptions): void {
  const { endpoint } = options;
  const environment = options.environment(endpoint);
  let project: FlowProject;
  let empty: FlowProject;
  beforeAll(async () => {
    project = await createFlowProject(options.packages, { "flow.ts": FLOW, ...contenderFiles, ...rivalFiles });
    empty = await createFlowProject(options.packages);
  });
  afterAll(() => Promise.all([project, empty].map((each) => each.remove())));
  const run = (root: string, variables: Variables, ...words: string[]) =>
    project.metaflow(
      ["flow.ts", "run", "--datastore", options.datastore, "--datastore-root", root, ...words],
      variables,
    );

  const resume = (root: string, variables: Variables) =>
    project.metaflow(["flow.ts", "resume", "--datastore", options.datastore, "--datastore-root", root], variables);

  describe(name, { timeout: 120_000 }, () => {
    it.each(["pool", "process"])("runs a flow, %s, which is then read from an empty folder", async (isolation) => {
      const root = options.makeRoot();
      const id = runIdOf(await run(root, environment, "--isolation", isolation, "--max-workers", "3"));
      const read = (...words: string[]) => empty.metaflow([...words, "--datastore-root", root], environment);
      assert.match(succeeded(await read("runs", "--json")).stdout, new RegExp(`StoredFlow/${id}`));
      assert.match(succeeded(await read("status", `StoredFlow/${id}`)).stdout, /successful/);
      assert.match(succeeded(await read("dump", `StoredFlow/${id}/end`)).stdout, new RegExp(`${ITEMS * (ITEMS - 1)}`));
      assert.ok(succeeded(await read("logs", `StoredFlow/${id}/end`)).stdout.includes(SUM));
    });

    it("is found by variables alone", async () => {
      const sysroot = `METAFLOW_DATASTORE_SYSROOT_${options.datastore.toUpperCase()}`;
      const root = options.makeRoot();
      const variables = { ...environment, METAFLOW_DEFAULT_DATASTORE: options.datastore, [sysroot]: root };
      const id = runIdOf(await project.metaflow(["flow.ts", "run"], variables));
      const listed = succeeded(await empty.metaflow(["runs", "--datastore-root", root], environment));
      assert.match(listed.stdout, new RegExp(`StoredFlow/${id}`));
    });

    it("resumes what failed, and says what failed", async () => {
      const root = options.makeRoot();
      const failed = await run(root, { ...environment, BREAK_END: "1" });
      assert.equal(failed.code, 1, failed.stderr);
      const resumed = succeeded(await resume(root, environment));
      assert.ok(resumed.stdout.includes(SUM));
      assert.doesNotMatch(resumed.stdout, /each\/i\d+\] started/, "what was done is not done again");
    });

    it("makes at most two writes and one read for a small task of a foreach, and no list", async () => {
      const isWrite = options.isWrite ?? (({ method }) => method !== "GET" && method !== "HEAD");
      const requestsFor = async (items: number) => {
        const proxy = await startFaultProxy(endpoint);
        succeeded(await run(options.makeRoot(), { ...options.environment(proxy.url), ITEMS: String(items) }));
        await proxy.close();
        assert.deepEqual(proxy.requests.filter(options.isList), []);
        const writes = proxy.requests.filter(isWrite).length;
        return { writes, reads: proxy.requests.length - writes };
      };
      const [few, many] = [await requestsFor(10), await requestsFor(110)];
      // A longer run has some more heartbeats.
      const spare = 20;
      assert.ok(many.writes - few.writes <= 200 + spare, `${many.writes - few.writes} writes for 100 more tasks`);
      assert.ok(many.reads - few.reads <= 100 + spare, `${many.reads - few.reads} reads for 100 more tasks`);
    });

    it("gets over a bad network", async () => {
      const proxy = await startFaultProxy(endpoint);
      proxy.decide((_, i) => (i % 5 === 3 ? { kind: "reset", when: i % 2 === 0 ? "before" : "after" } : undefined));
      const ran = succeeded(await run(options.makeRoot(), options.environment(proxy.url)));
      await proxy.close();
      assert.ok(ran.stdout.includes(SUM));
    });

    throttlingTests({
      endpoint,
      answers: options.throttled,
      run: (url, items) => run(options.makeRoot(), { ...options.environment(url), ITEMS: String(items) }),
      lineOf,
    });

    rivalTests({
      project: () => project,
      metaflow: (root, words, variables) =>
        project.metaflow([...words, "--datastore", options.datastore, "--datastore-root", root], {
          ...environment,
          ...variables,
        }),
      makeRoot: () => options.makeRoot(),
      open: (root) => options.open(root),
    });

    it.each([
      ["commit", 50, 1],
      ["count", 20, 20],
    ] as const)("lets processes %s at the same moment: of %i, %i have written", async (mode, processes, expected) => {
      const root = options.makeRoot();
      const datastore = await options.open(root);
      await datastore.put("counter", Buffer.from("0"));
      const [from = ""] = Object.keys(options.packages);
      const written = await contend(project, { from, root, environment, mode, processes });
      assert.equal(written.length, expected);
      const found = await datastore.get(mode === "commit" ? "commit" : "counter");
      assert.equal(String(Buffer.from(found?.bytes ?? [])), String(mode === "commit" ? written[0] : expected));
    });

    const { readerEnvironment } = options;
    it.skipIf(readerEnvironment === undefined)(
      "lets who may only read look at all, and denies the rest once",
      async () => {
        const root = options.makeRoot();
        const id = runIdOf(await run(root, environment, "--tag", "kept", "--code-package"));
        const broken = runIdOf({ ...(await run(root, { ...environment, BREAK_END: "1" })), code: 0 });
        const reader = readerEnvironment?.(endpoint) ?? {};
        const look = (words: readonly string[]) => empty.metaflow([...words, "--datastore-root", root], reader);
        for (const [words, shown] of lookingCommands(`StoredFlow/${id}`, `StoredFlow/${broken}`)) {
          assert.match(succeeded(await look(words)).stdout, shown, words.join(" "));
        }
        const add = ["tag", "add", "mine", "--run-id", `StoredFlow/${id}`];
        for (const denied of [await run(root, reader), await resume(root, reader), await look(add)]) {
          assert.notEqual(denied.code, 0);
          // Its code, and the page about it.
          assert.equal(
            denied.stderr.match(/MF_\w+/g)?.join(),
            "MF_DATASTORE_DENIED,MF_DATASTORE_DENIED",
            denied.stderr,
          );
        }
        const tags = ["tag", "list", "--run-id", `StoredFlow/${id}`];
        assert.doesNotMatch(succeeded(await look(tags)).stdout, /mine/);
      },
    );

    it("tells an absent bucket from a broken connection and from no runs", async () => {
      const runs = (root: string, variables: Variables) =>
        empty.metaflow(["runs", "--datastore-root", root], variables);
      succeeded(await runs(options.makeRoot(), environment));
      const absent = await runs(options.absentRoot, environment);
      assert.match(absent.stderr, /MF_DATASTORE_BROKEN[\s\S]*(bucket|container)/);
      const broken = await runs(options.makeRoot(), options.environment("http://127.0.0.1:2"));
      assert.match(broken.stderr, /MF_DATASTORE_BROKEN[\s\S]*ECONNREFUSED/);
    });
  });
}

/** Every command that only looks, and what it shows of a run that succeeded and one that broke. */
function lookingCommands(run: string, broken: string): readonly (readonly [readonly string[], RegExp])[] {
  return [
    [["runs"], /StoredFlow/],
    [["runs", "StoredFlow", "--status", "failed", "--json"], new RegExp(broken)],
    [["runs", "StoredFlow", "--tag", "kept"], new RegExp(run.split("/")[1] ?? "")],
    [["status", run], /successful/],
    [["status", broken], /broken on purpose/],
    [["dump", `${run}/each`], /item/],
    [["dump", `${run}/end`, "--json"], /"large"/],
    [["logs", run], new RegExp(SUM)],
    [["logs", `${broken}/end`, "--attempt", "0", "--stderr"], /broken on purpose/],
    [["logs", `${run}/end`, "--follow"], new RegExp(SUM)],
    [["tag", "list", "--run-id", run], /kept/],
    [["card", "get", `${run}/end/0`], /<html/],
    [["card", "get", `${broken}/end/0`], /broken on purpose/],
    [["code", "info", run], /code package/],
    [["code", "list", run], /flow\.ts/],
  ];
}

function succeeded(result: CommandResult): CommandResult {
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  return result;
}

function runIdOf(result: CommandResult): string {
  const [, id] = /StoredFlow\/(\d+)/.exec(succeeded(result).stdout) ?? [];
  return id ?? assert.fail(result.stdout);
}
