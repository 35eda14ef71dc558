import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { listAll } from "../datastore/list-all.js";
import type { CommandPlace, Variables } from "./command-place.js";
import { copiedFlow, largestBlob, sameContents } from "./copied-flow.js";
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "./fault-proxy.js";
import { type CommandResult, createFlowProject, type FlowProject, resultOf } from "./flow-project.js";

export interface CopySuiteOptions {
  /** Only that a whole run arrives, in place of all that can go wrong. */
  readonly brief?: boolean;
  /** Requests that no fault may hit, since the test's server does not get over it. Default: none. */
  isSpared?(request: ProxiedRequest): boolean;
}

/** `metaflow copy` and `metaflow sync` from one kind of datastore to another, in processes of their own. */
export function copySuite(from: CommandPlace, to: CommandPlace, options: CopySuiteOptions = {}): void {
  const environment = { ...from.environment(from.endpoint ?? ""), ...to.environment(to.endpoint ?? "") };
  const copied: Copied = { from, to, environment, source: "", runs: { failed: "", resumed: "" } };
  let project: FlowProject;
  const metaflow: Metaflow = (words, root, variables = {}) =>
    project.metaflow([...words, "--datastore-root", root], { ...environment, ...variables });

  beforeAll(async () => {
    project = await createFlowProject({ ...from.packages, ...to.packages }, { "flow.ts": copiedFlow });
    const source = from.makeRoot();
    const words = ["--datastore", from.datastore, "--tag", "kept", "--code-package"];
    const failed = await metaflow(["flow.ts", "run", ...words], source, { BREAK_END: "1" });
    assert.equal(failed.code, 1, failed.stderr);
    const resumed = runIdOf(succeeded(await metaflow(["flow.ts", "resume", ...words.slice(0, 4)], source)));
    succeeded(await metaflow(["tag", "add", "later", "--run-id", `CopiedFlow/${resumed}`], source));
    Object.assign(copied, { source, runs: { failed: runIdOf(failed), resumed } });
  }, 120_000);
  afterAll(() => project.remove());

  describe(`copy from ${from.datastore} to ${to.datastore}`, { timeout: 120_000 }, () => {
    arrivalTest(copied, metaflow, options.brief === true);
    if (options.brief === true) return;
    sourceTests(copied, metaflow, () => project);
    interruptedTests(copied, metaflow, () => project, options);
  });
}

type Metaflow = (words: readonly string[], root: string, variables?: Variables) => Promise<CommandResult>;

/** The run that is copied; known when the tests run. */
interface Copied {
  readonly from: CommandPlace;
  readonly to: CommandPlace;
  readonly environment: Variables;
  readonly source: string;
  readonly runs: { readonly failed: string; readonly resumed: string };
}

const COPY = ["copy", "CopiedFlow/latest", "--to"];

function arrivalTest(copied: Copied, metaflow: Metaflow, brief: boolean): void {
  const { from, to } = copied;
  it("a run and what it resumed are there as they were, and are read and resumed from there", async () => {
    const { source, runs } = copied;
    const target = to.makeRoot();
    const lines = succeeded(await metaflow([...COPY, target, "--json"], source))
      .stdout.trim()
      .split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).outcome),
      ["copied", "copied"],
    );
    await sameContents(await from.open(source), await to.open(target));
    const run = `CopiedFlow/${runs.resumed}`;
    for (const words of brief ? [] : readingCommands(run, `CopiedFlow/${runs.failed}`)) {
      const [there, here] = [await metaflow(words, source), await metaflow(words, target)];
      assert.equal(succeeded(here).stdout.replaceAll(target, source), succeeded(there).stdout, words.join(" "));
    }
    const again = ["flow.ts", "resume", "--origin-run-id", runs.failed, "--datastore", to.datastore];
    const resumed = succeeded(await metaflow(again, target)).stdout;
    assert.match(resumed, /beside the run 5 20971520/);
    assert.doesNotMatch(resumed, /each\/i\d+\] started/, "what was done is not done again");
  });
}

/** What is the matter with what is copied. */
function sourceTests(copied: Copied, metaflow: Metaflow, project: () => FlowProject): void {
  const { from, to } = copied;

  it("a blob that is damaged is an error, of which nothing can be seen there", async () => {
    const source = await from.open(copied.source);
    const target = to.makeRoot();
    const { key, bytes } = await largestBlob(source);
    await source.put(key, bytes.slice(0, bytes.length >> 1));
    const hurt = await metaflow([...COPY, target], copied.source);
    await source.put(key, bytes);
    assert.equal(hurt.code, 1);
    assert.match(hurt.stderr, /MF_BLOB_CORRUPT/);
    assert.deepEqual((await listAll(await to.open(target), "flows/")).keys, []);
    succeeded(await metaflow([...COPY, target], copied.source));
    await sameContents(source, await to.open(target));
  });

  it("a run that goes on is passed by, and copied when it has ended", async () => {
    const [source, target] = [from.makeRoot(), to.makeRoot()];
    const gate = join(project().folder, `gate-${from.datastore}-${to.datastore}`);
    const words = ["flow.ts", "run", "--datastore", from.datastore, "--datastore-root", source];
    const run = project().start(words, { ...copied.environment, GATE: gate, SMALL: "1" });
    const ended = resultOf(run);
    for await (const text of run.stdout) if (String(text).includes("at the end")) break;
    const sync = () => metaflow(["sync", "--to", target], source);
    assert.match(succeeded(await sync()).stderr, /is passed by/);
    assert.deepEqual((await listAll(await to.open(target), "flows/")).keys, []);
    await writeFile(gate, "");
    await ended;
    assert.match(succeeded(await sync()).stdout, /copied: /);
    assert.match(succeeded(await sync()).stdout, /is there already/);
    await sameContents(await from.open(source), await to.open(target));
  });
}

/** What happens to the copying. */
function interruptedTests(
  copied: Copied,
  metaflow: Metaflow,
  project: () => FlowProject,
  { isSpared = () => false }: CopySuiteOptions,
): void {
  const { from, to } = copied;

  it("a copy that is killed shows no half run, and is completed by the next", async () => {
    const { source } = copied;
    const copyThrough = async (target: string, onRequest: (count: number, kill: () => void) => void) => {
      const { proxies, variables } = await startProxies(copied);
      let count = 0;
      const words = [...COPY, target, "--datastore-root", source];
      const child = project().start(words, { ...copied.environment, ...variables });
      for (const proxy of proxies) {
        proxy.decide(() => {
          onRequest(++count, () => child.kill("SIGKILL"));
          return undefined;
        });
      }
      const [, signal] = await once(child, "close");
      await Promise.all(proxies.map((proxy) => proxy.close()));
      return { count, signal };
    };
    const { count: all } = await copyThrough(to.makeRoot(), () => undefined);
    for (const part of [0.2, 0.5, 0.8, 0.95]) {
      const target = to.makeRoot();
      const cut = await copyThrough(target, (count, kill) => count === Math.floor(all * part) && kill());
      assert.equal(cut.signal, "SIGKILL");
      const store = await to.open(target);
      const runs = (await listAll(store, "flows/")).keys.filter((key) => key.endsWith("/run.json"));
      for (const run of runs) await sameBelow(await from.open(source), store, run.slice(0, -"run.json".length));
      succeeded(await metaflow([...COPY, target], source));
      await sameContents(await from.open(source), store);
    }
  });

  it("a copy gets over a bad network", async () => {
    const { proxies, variables } = await startProxies(copied);
    for (const proxy of proxies) proxy.decide((request, index) => (isSpared(request) ? undefined : disturb(index)));
    const target = to.makeRoot();
    succeeded(await metaflow([...COPY, target], copied.source, variables));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await sameContents(await from.open(copied.source), await to.open(target));
  });

  if (to.readerEnvironment !== undefined) {
    it.each([["copy"], ["sync"]])("who may not write there is denied, once: %s", async (command) => {
      const target = to.makeRoot();
      const words = [command, ...(command === "copy" ? ["CopiedFlow/latest"] : []), "--to", target];
      const denied = await metaflow(words, copied.source, asReader(to));
      assert.equal(denied.code, 1, denied.stderr);
      // Its code, and the page about it.
      assert.equal(denied.stderr.match(/MF_\w+/g)?.join(), "MF_DATASTORE_DENIED,MF_DATASTORE_DENIED", denied.stderr);
      assert.deepEqual((await listAll(await to.open(target), "")).keys, []);
    });
  }
  if (from.readerEnvironment !== undefined) {
    it("who may only read takes a copy", async () => {
      const target = to.makeRoot();
      succeeded(await metaflow([...COPY, target], copied.source, asReader(from)));
      await sameContents(await from.open(copied.source), await to.open(target));
    });
  }
}

function asReader(place: CommandPlace): Variables {
  return place.readerEnvironment?.(place.endpoint ?? "") ?? assert.fail("it cannot tell users apart");
}

function readingCommands(run: string, failed: string): readonly (readonly string[])[] {
  return [
    ["status", run, "--json"],
    ["status", failed],
    ["dump", `${run}/start`, "--json"],
    ["dump", `${run}/each`],
    ["dump", `${run}/end`],
    ["logs", run, "--timestamps"],
    ["logs", `${failed}/each/i1`, "--attempt", "0"],
    ["tag", "list", "--run-id", run],
    ["card", "get", `${run}/end/0`],
    ["card", "get", `${failed}/each/i1`],
    ["code", "info", failed],
  ];
}

/** A proxy in front of each of the two that has a server, and the variables that lead there. */
async function startProxies({ from, to }: Copied) {
  const proxies: FaultProxy[] = [];
  const variables: Record<string, string | undefined> = {};
  for (const place of new Set([from, to])) {
    if (place.endpoint === null) continue;
    const proxy = await startFaultProxy(place.endpoint);
    proxies.push(proxy);
    Object.assign(variables, place.environment(proxy.url));
  }
  return { proxies, variables };
}

/** Every fourth request fails, each in its turn in another way. */
function disturb(index: number): Fault | undefined {
  const ways = [
    { kind: "answer", status: 503 },
    { kind: "reset", when: "before" },
    { kind: "reset", when: "after" },
    { kind: "reset", when: "mid-body" },
  ] as const;
  return index % 4 === 3 ? ways[(index >> 2) % ways.length] : undefined;
}

async function sameBelow(one: Datastore, other: Datastore, prefix: string): Promise<void> {
  const keys = async (datastore: Datastore) =>
    (await listAll(datastore, prefix)).keys.filter((key) => !key.endsWith("/heartbeat.json"));
  assert.deepEqual(await keys(other), await keys(one));
}

function succeeded(result: CommandResult): CommandResult {
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  return result;
}

function runIdOf({ stdout }: CommandResult): string {
  const [, id] = /CopiedFlow\/(\d+)/.exec(stdout) ?? [];
  return id ?? assert.fail(stdout);
}
