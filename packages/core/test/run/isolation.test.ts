/** What a task leaves in its process never reaches the next one. */
import { describe, expect, it } from "vitest";
import { createFlowFolder, type FinishedRun, isAlive } from "./flow-run.js";

const FLOW = `import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, statSync } from "node:fs";
import { createServer, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { count } from "./lib/counter.ts";

let counter = 0;
const ticks = import.meta.dirname + "/ticks.txt";
const tick = () => appendFileSync(ticks, ".");
const size = () => (existsSync(ticks) ? statSync(ticks).size : 0);
const world = globalThis as unknown as Record<string, unknown>;
const patch = (it: unknown) => Object.assign((...args: never[]) => (it as (...args: never[]) => unknown)(...args), { patched: true }) as never;
const child = (options: object) => spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", ...options });
const listening = (server: ReturnType<typeof createServer>) => new Promise<number>((done) => server.listen(0, () => done((server.address() as { port: number }).port)));

/** Ways to leave something behind; what is returned is noted. */
const ways: Record<string, () => unknown> = {
  nothing: () => {},
  module: () => { counter = 100; count(); },
  env: () => { process.env.LEFT = "1"; delete process.env.PATH; process.env.TZ = "Asia/Tokyo"; },
  cwd: () => process.chdir("/"),
  umask: () => process.umask(0o077),
  exitCode: () => { process.exitCode = 9; },
  title: () => { process.title = "left"; },
  timer: () => { setTimeout(tick, 150); },
  interval: () => { setInterval(tick, 5); },
  hiddenInterval: () => { setInterval(tick, 5).unref(); },
  server: () => listening(createServer()),
  hiddenServer: () => listening(createServer().unref()),
  socket: async () => { const server = createServer(); connect(await listening(server)); await sleep(10); server.close(); },
  child: () => child({}).pid,
  hiddenChild: () => { const it = child({}); it.unref(); return it.pid; },
  global: () => { world.left = 1; },
  globalReplaced: () => { world.fetch = patch(fetch); },
  globalDeleted: () => { delete world.structuredClone; },
  prototype: () => { (Array.prototype as unknown as Record<string, unknown>).left = 1; },
  prototypeReplaced: () => { Array.prototype.flat = patch(null); },
  builtin: () => { Math.random = patch(Math.random); Date.now = patch(Date.now); },
  console: () => { console.log = patch(console.log); },
  output: () => { process.stdout.write = patch(process.stdout.write.bind(process.stdout)); },
  listener: () => { process.on("warning", patch(null)); },
  listenersGone: () => { process.removeAllListeners("uncaughtException"); },
  traces: () => { Error.stackTraceLimit = 1; Error.prepareStackTrace = () => "left"; },
};

async function look() {
  const before = size();
  await sleep(20);
  const functions = { fetch, structuredClone: world.structuredClone, flat: Array.prototype.flat, random: Math.random, now: Date.now, log: console.log, write: process.stdout.write };
  return {
    counter: counter++,
    own: count(),
    env: [process.env.LEFT, process.env.PATH === undefined, process.env.TZ, new Date(0).getHours()],
    cwd: process.cwd(),
    umask: process.umask(),
    exitCode: process.exitCode,
    title: process.title === "left",
    ticking: size() - before,
    active: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name)),
    globals: ["left" in world, "structuredClone" in world],
    prototype: "left" in [],
    patched: Object.entries(functions).filter(([, it]) => (it as { patched?: boolean } | undefined)?.patched).map(([name]) => name),
    listeners: [process.listenerCount("warning"), process.listenerCount("uncaughtException")],
    traces: [Error.stackTraceLimit, typeof Error.prepareStackTrace],
  };
}

export default class IsolationFlow extends FlowSpec {
  ways = Object.keys(ways);
  state!: unknown;
  left!: unknown;
  pid!: number;
  seen!: unknown;
  @step start() { this.next(this.body, { foreach: this.ways }); }
  @step async body(way: string) {
    this.pid = process.pid;
    this.state = await look();
    this.left = await ways[way]!();
    this.next(this.join);
  }
  @step async join(inputs: Inputs<IsolationFlow>) {
    this.state = await look();
    this.seen = inputs.map(({ pid, state, left }) => ({ pid, state, left }));
    this.next(this.end);
  }
  @step end() {}
}
`;
const COUNTER = "let calls = 0;\nexport const count = (): number => calls++;\n";

interface Seen {
  readonly pid: number;
  readonly state: unknown;
  readonly left: unknown;
}

const runIt = async (): Promise<FinishedRun> => {
  const folder = await createFlowFolder({ "flow.ts": FLOW, "lib/counter.ts": COUNTER });
  return folder.run(["flow.ts", "run", "--max-workers", "1"]);
};

describe("a task in a worker that had another task before", () => {
  it("finds the process as the first one did, and leftovers end", async () => {
    const run = await runIt();
    expect(run.code).toBe(0);
    const { ways } = await run.values("start");
    const names = ways as string[];
    const { seen, state: last } = await run.values("join");
    const states = (seen as Seen[]).map(({ state }) => state);
    for (const [k, name] of names.entries()) expect(states[k + 1] ?? last, `after '${name}'`).toEqual(states[0]);
    const of = (name: string): Seen => (seen as Seen[])[names.indexOf(name)] as Seen;
    for (const name of ["child", "hiddenChild"]) expect(isAlive(Number(of(name).left)), name).toBe(false);
    // A worker that can be put in order is used again: that is what makes a small task cheap.
    for (const name of ["module", "env", "cwd", "umask", "exitCode"])
      expect(of(name).pid, name).toBe(of("nothing").pid);
  });

  it("finds what packages did to the process when they were loaded, since they are loaded once", async () => {
    const folder = await createFlowFolder({
      "node_modules/settings/package.json": `{ "name": "settings", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
      "node_modules/settings/index.js": `process.env.SETTING = "on";
globalThis.setting = "on";
process.on("exit", () => {});
setInterval(() => {}, 1000).unref();
`,
      "flow.ts": `import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";
import "settings";
export default class PackagesFlow extends FlowSpec {
  items = [0, 1, 2, 3];
  seen!: unknown;
  @step start() { this.next(this.body, { foreach: this.items }); }
  @step body() {
    this.seen = [process.pid, process.env.SETTING, (globalThis as { setting?: string }).setting];
    this.next(this.join);
  }
  @step join(inputs: Inputs<PackagesFlow>) { this.seen = inputs.map((input) => input.seen); this.next(this.end); }
  @step end() {}
}
`,
    });
    const run = await folder.run(["flow.ts", "run", "--max-workers", "1"]);
    expect(run.code).toBe(0);
    const seen = (await run.values("end")).seen as [number, string, string][];
    expect(seen.map(([, ...rest]) => rest)).toEqual([0, 1, 2, 3].map(() => ["on", "on"]));
    expect(new Set(seen.map(([pid]) => pid)).size).toBe(1);
  });
});
