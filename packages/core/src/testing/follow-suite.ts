import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { listAll } from "../datastore/list-all.js";
import type { CommandPlace } from "./command-place.js";
import { type Fault, startFaultProxy } from "./fault-proxy.js";
import { type CommandResult, createFlowProject, type FlowProject, resultOf } from "./flow-project.js";

export interface FollowSuiteOptions extends CommandPlace {
  /** The URL of a real server of the store. */
  readonly endpoint: string;
}

const TICKS = 12;

const FLOW = `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { current, FlowSpec, step } from "@metaflow-ts/core";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";

const any = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } } as const;
const again = defineStepDecorator({
  name: "again", contract: 1, options: any,
  policy: () => ({ retry: { times: 1, platformTimes: 0, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 } }),
});

export default class FollowedFlow extends FlowSpec {
  @again @step async start() {
    const { MODE, GATE = "" } = process.env;
    console.log("attempt", current.retryCount);
    if (MODE === "ticks") for (let k = 0; k < ${TICKS}; k += 1) { console.log("tick", k); await sleep(400); }
    while (MODE === "silent" && !existsSync(GATE)) await sleep(20);
    if (MODE === "killed") { await sleep(4000); process.kill(process.pid, "SIGKILL"); }
    if (MODE === "retried" && current.retryCount === 0) { await sleep(4000); throw new RangeError("not yet"); }
    console.log("done");
    this.next(this.end);
  }
  @step end() {}
}
`;

/** `logs --follow` of a task that runs elsewhere: the two processes have the store in common, and nothing else. */
export function followSuite(name: string, place: FollowSuiteOptions): void {
  const environment = place.environment(place.endpoint);
  let project: FlowProject;
  let empty: FlowProject;
  beforeAll(async () => {
    project = await createFlowProject(place.packages, { "flow.ts": FLOW });
    empty = await createFlowProject(place.packages);
  });
  afterAll(() => Promise.all([project, empty].map((each) => each.remove())));

  /** A run that has begun, and who follows its first task. */
  const start = async (mode: string, reached = environment) => {
    const [root, gate] = [place.makeRoot(), join(project.folder, randomUUID())];
    const store = ["--datastore-root", root];
    const words = ["flow.ts", "run", "--datastore", place.datastore, ...store];
    const run = project.start(words, { ...environment, MODE: mode, GATE: gate });
    const ran = resultOf(run);
    await printed(run, "attempt 0");
    const follower = empty.start(["logs", "FollowedFlow/latest/start", "--follow", ...store], reached);
    const followed = resultOf(follower);
    return { root, gate, run, ran, follower, followed };
  };

  describe(name, { timeout: 120_000 }, () => {
    it("gives lines while the task runs, over a bad network, and ends with it", async () => {
      const proxy = await startFaultProxy(place.endpoint);
      proxy.decide((_, index) => disturb(index));
      const { run, ran, follower, followed } = await start("ticks", place.environment(proxy.url));
      await printed(follower, "tick 0");
      assert.equal(run.exitCode, null, "the run goes on");
      await ran;
      const { stdout } = succeeded(await followed);
      await proxy.close();
      const ticks = Array.from({ length: TICKS }, (_, k) => `tick ${k}\n`).join("");
      assert.equal(stdout, `attempt 0\n${ticks}done\n`);
    });

    it("asks seldom while nothing is printed", async () => {
      const proxy = await startFaultProxy(place.endpoint);
      const { gate, ran, follower, followed } = await start("silent", place.environment(proxy.url));
      await printed(follower, "attempt 0");
      const before = proxy.requests.length;
      await sleep(8000);
      const asked = proxy.requests.length - before;
      await writeFile(gate, "");
      await ran;
      assert.match(succeeded(await followed).stdout, /done\n$/);
      await proxy.close();
      // Of each look at most six: the log's last chunk and the next two, the task, the run and its sign of life.
      assert.ok(asked > 0 && asked <= 40, `${asked} requests in 8 seconds`);
    });

    it("goes on with the next attempt", async () => {
      const { ran, followed } = await start("retried");
      await ran;
      const { stdout } = succeeded(await followed);
      assert.match(stdout, /^attempt 0\n[\s\S]*RangeError: not yet[\s\S]*attempt 1\ndone\n$/);
    });

    it("says of a task that is killed what happened to it", async () => {
      const { ran, followed } = await start("killed");
      await ran;
      assert.match(succeeded(await followed).stdout, /^attempt 0\nMF_TASK_KILLED: .*SIGKILL/);
    });

    it("says that a run is dead whose machine is gone", async () => {
      const { root, run, ran, follower, followed } = await start("silent");
      await printed(follower, "attempt 0");
      const store = await place.open(root);
      const { owner } = await readJson(store, "/run.json");
      await changeJson(store, "/run.json", { owner: { ...(owner as object), host: "elsewhere.example" } });
      run.kill("SIGKILL");
      await ran;
      await changeJson(store, "/heartbeat.json", { at: Date.now() - 3_600_000 });
      assert.match(succeeded(await followed).stderr, /FollowedFlow\/\d+ is dead/);
    });
  });
}

/** Waits until a process has printed a text. */
async function printed(child: ChildProcessWithoutNullStreams, text: string): Promise<void> {
  let seen = "";
  const done = Promise.withResolvers<void>();
  const onData = (more: string) => {
    seen += more;
    if (seen.includes(text)) done.resolve();
  };
  child.stdout.on("data", onData);
  child.once("close", () => done.reject(new Error(`it ended without '${text}': ${seen}`)));
  await done.promise;
  child.stdout.off("data", onData);
}

/** The object of the only run whose key ends so. */
async function keyOf(store: Datastore, end: string): Promise<string> {
  const { keys } = await listAll(store, "flows/");
  return keys.find((key) => key.endsWith(end)) ?? assert.fail(`no ${end}`);
}

async function readJson(store: Datastore, end: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await store.get(await keyOf(store, end));
  return JSON.parse(new TextDecoder().decode(found?.bytes));
}

async function changeJson(store: Datastore, end: string, change: object): Promise<void> {
  const changed = { ...(await readJson(store, end)), ...change };
  await store.put(await keyOf(store, end), Buffer.from(JSON.stringify(changed)));
}

/** Every fifth request fails, each in its turn in another way. */
function disturb(index: number): Fault | undefined {
  const ways = [
    { kind: "answer", status: 503 },
    { kind: "reset", when: "before" },
    { kind: "reset", when: "mid-body" },
  ] as const;
  return index % 5 === 4 ? ways[index % ways.length] : undefined;
}

function succeeded(result: CommandResult): CommandResult {
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  return result;
}
