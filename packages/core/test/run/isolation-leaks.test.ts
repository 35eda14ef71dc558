/** Rarer ways in which a task might reach the next one of its worker. */
import { describe, expect, it } from "vitest";
import { createFlowFolder } from "./flow-run.js";

const FLOW = `import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";
import { createHook } from "node:async_hooks";
import crypto from "node:crypto";
import events from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import zlib from "node:zlib";

type Bag = Record<string, unknown>;
const require = createRequire(import.meta.url);
const prototypeOf = (it: object) => Object.getPrototypeOf(it) as Bag;
const patched = () => "patched";
const late = () => console.log("LATE");
const chain = (hide: boolean) => {
  let turns = 0;
  const turn = () => {
    if (turns++ > 100) late();
    const next = setImmediate(turn);
    if (hide) next.unref();
  };
  turn();
};
const bags: Record<string, object> = {
  symbol: Symbol.prototype, bytes: Uint8Array.prototype, typedArray: Object.getPrototypeOf(Uint8Array.prototype) as object, url: URL.prototype, emitter: events.prototype,
  iterator: prototypeOf(prototypeOf([].values())), intl: Intl, reflect: Reflect, performance, bigint: BigInt.prototype, fs, process: process.argv as unknown as object,
};

/** Ways to leave something behind, and how the next task would see it. What goes on by itself prints. */
const ways: Record<string, [leave: () => unknown, see?: () => unknown]> = {
  nothing: [() => {}],
  immediates: [() => chain(false)],
  hiddenImmediates: [() => chain(true)],
  module: [() => { (fs as unknown as Bag).existsSync = patched; }, () => fs.existsSync("/")],
  required: [() => require("./state.cjs").count++, () => require("./state.cjs").count],
  requiredJs: [() => require("./state.js").count++, () => require("./state.js").count],
  arguments: [() => process.argv.push("left"), () => process.argv.includes("left")],
  nodeArguments: [() => process.execArgv.push("--left"), () => process.execArgv.includes("--left")],
  pool: [() => { Buffer.poolSize = 1; }, () => Buffer.poolSize],
  maxListeners: [() => { events.defaultMaxListeners = 77; }, () => events.defaultMaxListeners],
  hook: [() => { createHook({ init() { process.env.HOOKED = "1"; } }).enable(); }, async () => { await sleep(1); return process.env.HOOKED; }],
  outputListener: [() => { process.stdout.on("drain", late); }, () => process.stdout.listenerCount("drain")],
  swappedListener: [() => { process.removeAllListeners("SIGTERM"); process.on("SIGTERM", late); }, () => process.listeners("SIGTERM").some((each) => String(each).includes("LATE"))],
  capture: [() => process.setUncaughtExceptionCaptureCallback(late), () => process.hasUncaughtExceptionCaptureCallback()],
  group: [() => console.group(), () => console.log("NOT INDENTED")],
  scrypt: [() => crypto.scrypt("a", "b", 32, { N: 2 ** 16, r: 8, maxmem: 1 << 30 }, late)],
  pbkdf2: [() => crypto.pbkdf2("a", "b", 1_000_000, 32, "sha512", late)],
  zip: [() => zlib.gzip(crypto.randomBytes(20_000_000), late)],
  wait: [() => { void Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300).value.then?.(late); }],
  // What is done at once leaves nothing.
  done: [() => [crypto.scryptSync("a", "b", 8), zlib.gzipSync("a"), crypto.randomBytes(8), require("./state.cjs")]],
};
for (const [name, bag] of Object.entries(bags))
  ways["on " + name] = [() => { (bag as Bag).left = 1; }, () => "left" in bag];

export default class LeaksFlow extends FlowSpec {
  ways = Object.keys(ways).flatMap((way) => [way + ":see", way + ":leave", way + ":see"]);
  saw!: unknown;
  pid!: number;
  seen!: unknown;
  @step start() { this.next(this.body, { foreach: this.ways }); }
  @step async body(turn: string) {
    const [way, what] = turn.split(":") as [string, string];
    const [leave, see] = ways[way]!;
    this.pid = process.pid;
    this.saw = null;
    if (what === "leave") await leave();
    else if (see !== undefined) this.saw = await see();
    else await sleep(400);
    this.next(this.join);
  }
  @step join(inputs: Inputs<LeaksFlow>) {
    this.seen = inputs.map(({ pid, saw }) => ({ pid, saw }));
    this.next(this.end);
  }
  @step end() {}
}
`;

interface Seen {
  readonly pid: number;
  readonly saw?: unknown;
}

describe("a task in a worker that had another task before", () => {
  it("is out of reach of what is hard to see", async () => {
    const state = "exports.count = 0;\n";
    const folder = await createFlowFolder({ "flow.ts": FLOW, "state.cjs": state, "state.js": state });
    const run = await folder.run(["flow.ts", "run", "--max-workers", "1"]);
    expect(run.code).toBe(0);
    const { ways } = await run.values("start");
    const turns = ways as string[];
    const seen = (await run.values("join")).seen as Seen[];
    for (const [k, turn] of turns.entries()) {
      if (!turn.endsWith(":leave")) continue;
      expect(seen[k + 1]?.saw, turn).toEqual(seen[k - 1]?.saw);
      const { stdout } = await run.log("body", `i${k + 1}`);
      expect(stdout, turn).toBe(turn.startsWith("group") ? "NOT INDENTED\n" : "");
    }
    // What left nothing keeps its worker.
    const pid = (turn: string, after: number): number | undefined => seen[turns.indexOf(turn) + after]?.pid;
    for (const way of ["nothing", "done", "required"]) expect(pid(`${way}:leave`, 1), way).toBe(pid(`${way}:leave`, 0));
  });
});
