/** Every way in which a step can end badly: what is said, what is stored, what is left of its output. */
import { beforeAll, describe, expect, it } from "vitest";
import { createFlowFolder, type FinishedRun, type FlowFolder } from "./flow-run.js";

const FLOW = `import { FlowSpec, step, parameter } from "@metaflow-ts/core";
import vm from "node:vm";
const forever = () => new Promise((done) => setTimeout(done, 60_000));
const ways: Record<string, () => unknown> = {
  exit: () => process.exit(3),
  exitLater: () => { setTimeout(() => process.exit(4), 20); return forever(); },
  rejection: () => { void Promise.reject(new TypeError("lost")); return forever(); },
  rejectionOfNothing: () => { void Promise.reject(); return forever(); },
  leftBehind: () => { void Promise.reject(new TypeError("left behind")); },
  timer: () => { setTimeout(() => { throw new RangeError("in a timer"); }, 20); return forever(); },
  kill: () => process.kill(process.pid, "SIGKILL"),
  term: () => { process.kill(process.pid, "SIGTERM"); return forever(); },
  segfault: () => process.kill(process.pid, "SIGSEGV"),
  abort: () => process.abort(),
  overflow: function again(): unknown { return [again()]; },
  memory: () => { const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(all.length + 0.5)); },
  string: () => { throw "just text"; },
  nothing: () => { throw undefined; },
  object: () => { throw { status: 404, list: [1] }; },
  symbol: () => { throw Symbol("s"); },
  trap: () => { throw new Proxy({}, { get() { throw new Error("trap"); }, getPrototypeOf() { throw new Error("trap"); } }); },
  cause: () => { throw new Error("outer", { cause: new TypeError("inner", { cause: "root" }) }); },
  ownCause: () => { const error = new Error("round"); error.cause = error; throw error; },
  aggregate: () => { throw new AggregateError([new Error("one"), "two"], "several"); },
  ownClass: () => { throw new (class AppError extends Error {})("own"); },
  realm: () => vm.runInNewContext("throw new TypeError('of another realm')"),
  oddStack: () => { throw Object.defineProperty(new Error("odd"), "stack", { value: 5 }); },
  oddMessage: () => { throw Object.defineProperty(new Error("odd"), "message", { get() { throw new Error("no"); } }); },
};
export default class FailingFlow extends FlowSpec {
  @parameter() how = "";
  kept = 1;
  @step async start() {
    this.kept = 2;
    console.log("before");
    console.error("also before");
    process.stdout.write("no line end");
    await ways[this.how]!();
    this.next(this.end);
  }
  @step end() {}
}
`;

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": FLOW });
});

async function failing(how: string, env: Record<string, string> = {}): Promise<FinishedRun> {
  const run = await folder.run(["flow.ts", "run", "--how", how], { env });
  expect(run.code).toBe(1);
  expect(run.finished).toMatchObject({ status: "failed", counts: { successful: 0, failed: 1 } });
  expect(run.run.status).toBe("failed");
  expect(await run.tasks("start")).toEqual([]);
  // The end of the run, the event and the record of the attempt tell the same.
  const error = await run.error("start");
  expect(run.finished.failure).toEqual({ pathspec: `${run.run.pathspec}/start/0`, error });
  expect(run.events.filter(({ type }) => type === "task.finished")).toMatchObject([{ status: "failed", error }]);
  const log = await run.log("start");
  expect(log.stdout).toBe("before\nno line end");
  expect(log.stderr.startsWith("also before\n")).toBe(true);
  return run;
}

describe.concurrent("a task whose process ends", () => {
  it.each([
    ["exit", "MF_TASK_EXITED", "process.exit(3)"],
    ["exitLater", "MF_TASK_EXITED", "process.exit(4)"],
    ["kill", "MF_TASK_KILLED", "killed by SIGKILL"],
    ["term", "MF_TASK_KILLED", "killed by SIGTERM"],
    ["segfault", "MF_TASK_SEGFAULT", "SIGSEGV"],
    ["abort", "MF_TASK_SEGFAULT", "SIGABRT"],
  ])("by %s fails with what happened", async (how, code, text) => {
    const run = await failing(how);
    const error = await run.error("start");
    expect(error).toMatchObject({ code, message: expect.stringContaining("start/0") });
    expect(error.message).toContain(text);
    expect((await run.log("start")).stderr).toContain(`${code}: ${error.message}`);
  });

  it("by process.exit shows where it was called", async () => {
    const { stack, codeFrame } = await (await failing("exit")).error("start");
    expect(stack[0]).toMatch(/flow\.ts:5:23\)$/);
    expect(codeFrame).toContain("> 5 |   exit: () => process.exit(3),");
  });

  it("because it has no memory left fails with that", async () => {
    const run = await failing("memory", { NODE_OPTIONS: "--max-old-space-size=64" });
    expect(await run.error("start")).toMatchObject({
      code: "MF_TASK_OUT_OF_MEMORY",
      fix: expect.stringContaining("--max-old-space-size"),
    });
  });
});

describe.concurrent("what fails outside of the step's own calls", () => {
  it.each([
    ["rejection", "unhandled rejection", { type: "TypeError", message: "lost" }, 7],
    ["leftBehind", "unhandled rejection", { type: "TypeError", message: "left behind" }, 9],
    ["timer", "uncaught exception", { type: "RangeError", message: "in a timer" }, 10],
  ])("fails the task: %s", async (how, kind, cause, line) => {
    const error = await (await failing(how)).error("start");
    expect(error).toMatchObject({ code: "MF_TASK_UNCAUGHT", cause });
    expect(error.message).toMatch(new RegExp(`${kind}.*start/0`));
    expect(error.cause?.stack[0]).toContain(`flow.ts:${line}:`);
    expect(error.cause?.codeFrame).toMatch(new RegExp(`^> +${line} `, "m"));
  });

  it("even where a promise was rejected with nothing", async () => {
    const error = await (await failing("rejectionOfNothing")).error("start");
    expect(error).toMatchObject({ code: "MF_TASK_UNCAUGHT", cause: { message: expect.stringContaining("undefined") } });
  });
});

describe.concurrent("what a step throws", () => {
  it.each([
    ["overflow", { type: "RangeError", message: "Maximum call stack size exceeded" }],
    ["string", { type: "string", message: "just text" }],
    ["nothing", { type: "undefined", message: "nothing but undefined was thrown" }],
    ["object", { type: "object", message: '{"status":404,"list":[1]}' }],
    ["symbol", { type: "symbol", message: "Symbol(s)" }],
    ["trap", { type: "object" }],
    [
      "cause",
      { message: "outer", cause: { type: "TypeError", message: "inner", cause: { type: "string", message: "root" } } },
    ],
    ["ownCause", { message: "round", cause: null }],
    ["aggregate", { type: "AggregateError", message: "several", errors: [{ message: "one" }, { message: "two" }] }],
    ["ownClass", { type: "AppError", message: "own" }],
    ["realm", { type: "TypeError", message: "of another realm" }],
    ["oddStack", { type: "Error", message: "odd", stack: [] }],
    ["oddMessage", { type: "Error" }],
  ])("is told as it is: %s", async (how, expected) => {
    const run = await failing(how);
    expect(await run.error("start")).toMatchObject({ code: null, ...expected });
    // What the attempt had assigned is kept with the failure.
    expect(await run.values("start")).toEqual({ how, kept: 2 });
  });

  it("is shown with its causes and members in the log and at the end", async () => {
    const own = await createFlowFolder({ "flow.ts": FLOW });
    const { stdout, code } = await own.cli(["flow.ts", "run", "--how", "cause"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Error: outer[\s\S]*Caused by[\s\S]*TypeError: inner[\s\S]*Caused by[\s\S]*root/);
    const { stderr } = await (await own.newest("FailingFlow")).log("start");
    expect(stderr).toMatch(/Error: outer[\s\S]*Caused by TypeError: inner[\s\S]*Caused by string: root/);
  });
});
