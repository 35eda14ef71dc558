/** Commands that wait for a datastore without an answer, and what signals do to them. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createFlowFolder, IMPORTS } from "./flow-run.js";

const FLOW = `${IMPORTS}
export default class MuteFlow extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() {}
}
`;

/** A store in memory that answers until it is asked what MUTE says. */
const CONFIG = `import { defineConfig } from "@metaflow-ts/core/plugin";
import { createMemoryDatastore } from "@metaflow-ts/core/testing";
const memory = createMemoryDatastore();
const answering = (call) => async (key, ...given) => {
  if (!new RegExp(process.env.MUTE).test(call + " " + key)) return await memory[call](key, ...given);
  console.error("waiting for " + call + " " + key);
  return await new Promise(() => setInterval(() => {}, 1000));
};
const datastore = {
  ...memory,
  name: "mute",
  root: "mute://",
  get: answering("get"),
  put: answering("put"),
  list: answering("list"),
};
export default defineConfig({
  datastore: "mute",
  datastoreRoot: "mute://",
  datastores: [{ name: "mute", scheme: "mute", open: () => datastore }],
});
`;

/** How long a command may take to end, in ms: at once, or when what it started was killed and could be written down. */
const AT_ONCE = 2000;
const SOON = 6000;

async function waiting(words: readonly string[], mute: string) {
  const folder = await createFlowFolder({ "flow.ts": FLOW, "metaflow.config.ts": CONFIG });
  const cli = folder.start([...words], { env: { MUTE: mute, METAFLOW_DATASTORE_ROOT: undefined }, timeout: 30_000 });
  await cli.waitFor("waiting for");
  const startedAt = performance.now();
  const ended = async (within = AT_ONCE) => {
    const { code, signal, stderr } = await cli.result;
    expect(performance.now() - startedAt).toBeLessThan(within);
    return { code, signal, stderr };
  };
  return { kill: (signal: NodeJS.Signals) => cli.child.kill(signal), ended };
}

describe.concurrent("the first signal", () => {
  it.each([
    [["flow.ts", "run"], "put blobs/"],
    [["flow.ts", "resume"], "list "],
    [["flow.ts", "resume", "--origin-run-id", "1"], "get "],
    [["step", "MuteFlow/1/start/0"], "get "],
    [["region", "MuteFlow/1", "start", "--until", "end"], "get "],
  ])("ends %j cleanly before anything is started, though %s has no answer", async (words, mute) => {
    const { kill, ended } = await waiting(words, mute);
    kill("SIGTERM");
    expect(await ended()).toMatchObject({ code: 130, stderr: expect.stringContaining("MF_RUN_NOT_STARTED") });
  });

  it.each([
    [["flow.ts", "init"], "put blobs/"],
    [["runs"], "list "],
    [["status", "MuteFlow/1"], "get "],
  ])("ends %j", async (words, mute) => {
    const { kill, ended } = await waiting(words, mute);
    kill("SIGINT");
    expect(await ended()).toMatchObject({ code: null, signal: "SIGINT" });
  });
});

describe.concurrent("the second signal", () => {
  it.each([
    ["it is being registered", "put .*/run.json", AT_ONCE],
    ["its signs of life are written", "put .*/heartbeat.json", SOON],
  ])("ends a run while %s", async (_, mute, within) => {
    const { kill, ended } = await waiting(["flow.ts", "run"], mute);
    kill("SIGINT");
    await sleep(300);
    kill("SIGTERM");
    expect(await ended(within)).toMatchObject({ code: null, signal: "SIGTERM" });
  });
});
