/** Gangs as a run starts, ends and retries them, with real processes. */
import type { Run, Task } from "@metaflow-ts/core/client";
import { describe, expect, it } from "vitest";
import { flowFolder, valuesOf } from "./flow-folder.js";

const PROCESS = ["--isolation", "process"] as const;

/** A gang of `nodes` with this body; the join keeps what its inputs have in `seen`. */
const gang = (nodes: number | string, body: string, decorators = "@parallel"): string => `
export default class TestFlow extends FlowSpec {
  nodes = ${nodes}; mine!: unknown; seen!: unknown[]; failure!: CaughtError | null;
  @step start() { this.next(this.train, { numParallel: this.nodes }); }
  ${decorators} @step async train() {
    ${body}
    this.next(this.join);
  }
  @step join(inputs: Inputs<TestFlow>) {
    this.seen = inputs.map((input) => ("mine" in input ? input.mine : "mine of nobody"));
    this.failure = inputs.map((input) => ("failure" in input ? input.failure : null)).find((each) => each !== null) ?? null;
    this.next(this.end);
  }
  @step end() {}
}`;

/** Comes to its end only where all tasks of the gang are there at the same time: they talk to the first. */
const MEET = `const { nodeIndex, numNodes, mainIp, mainPort } = current.parallel;
    const { createServer, connect } = await import("node:net");
    const { once } = await import("node:events");
    if (nodeIndex === 0) {
      const server = createServer().listen(mainPort, mainIp);
      const guests = [];
      while (guests.length < numNodes - 1) guests.push((await once(server, "connection"))[0]);
      for (const guest of guests) { guest.end("all here"); await once(guest, "close"); }
      server.close();
    } else {
      for (;;) {
        const socket = connect(mainPort!, mainIp);
        const heard = await Promise.race([once(socket, "data"), once(socket, "error").then(() => null)]).catch(() => null);
        socket.destroy();
        if (heard !== null) break;
        await new Promise((later) => setTimeout(later, 20));
      }
    }`;

const WAIT = "await new Promise((later) => setTimeout(later, 60_000));";

async function trainTasks(run: Run): Promise<readonly Task[]> {
  return (await run.step("train")).tasks().all();
}

const seenBy = async (run: Run): Promise<unknown> => (await valuesOf(await run.task("join"))).seen;

describe.concurrent("a gang", () => {
  it("has a task for each node, which knows its place; the first is the control task", async () => {
    const folder = await flowFolder(`const early = process.env.MF_PARALLEL_NODE_INDEX;
      ${gang(
        4,
        `const { mainPort, ...known } = current.parallel;
        const { execFileSync } = await import("node:child_process");
        const script = "console.log(JSON.stringify(Object.entries(process.env).filter(([name]) => name.startsWith('MF_PARALLEL'))))";
        const child = Object.fromEntries(JSON.parse(String(execFileSync(process.execPath, ["-e", script]))));
        this.mine = { ...known, early, input: this.input, index: this.index, isParallel: current.isParallel,
          isPort: Number(child.MF_PARALLEL_MAIN_PORT) === mainPort && mainPort! > 0, child: { ...child, MF_PARALLEL_MAIN_PORT: "" } };`,
      )}`);
    const { code, run, stderr } = await folder.run();
    expect(code, stderr).toBe(0);
    expect(await seenBy(run)).toEqual(
      [0, 1, 2, 3].map((node) => ({
        ...{ mainIp: "127.0.0.1", numNodes: 4, nodeIndex: node, controlTaskId: "i0", isParallel: true, isPort: true },
        ...{ early: String(node), input: node, index: node },
        child: {
          MF_PARALLEL_MAIN_IP: "127.0.0.1",
          MF_PARALLEL_MAIN_PORT: "",
          MF_PARALLEL_NUM_NODES: "4",
          MF_PARALLEL_NODE_INDEX: String(node),
          MF_PARALLEL_CONTROL_TASK_ID: "i0",
        },
      })),
    );
    const tasks = await trainTasks(run);
    expect(tasks.map(({ id, parallel }) => [id, parallel])).toEqual(
      [0, 1, 2, 3].map((nodeIndex) => [`i${nodeIndex}`, { nodeIndex, numNodes: 4 }]),
    );
    const train = await run.step("train");
    expect((await train.controlTasks().all()).map(({ id }) => id)).toEqual(["i0"]);
    expect((await train.controlTask())?.id).toBe("i0");
    expect(await (await run.step("join")).controlTask()).toBeNull();
  });

  it("is one of one everywhere else, and takes the node index as its step's parameter", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      doubled!: number; all!: number[]; alone!: unknown;
      @step start() { this.next(this.train, { numParallel: 1 + 1 }); }
      @parallel @step train(node: number) { this.doubled = node * 2; this.next(this.join); }
      @step join(inputs: Inputs<TestFlow>) { this.all = inputs.map(({ doubled }) => doubled); this.next(this.end); }
      @step end() { this.alone = [current.isParallel, current.parallel, process.env.MF_PARALLEL_NUM_NODES]; }
    }`);
    const { run } = await folder.run();
    const { all, alone } = await valuesOf(await run.task("end"));
    expect(all).toEqual([0, 2]);
    const parallel = { mainIp: "127.0.0.1", mainPort: undefined, numNodes: 1, nodeIndex: 0, controlTaskId: undefined };
    expect(alone).toEqual([false, parallel, undefined]);
  });

  it.each([
    ["1", []],
    ["3", []],
    ["2", PROCESS],
  ] as const)("of 3 runs at once with %s workers %j", async (workers, words) => {
    const folder = await flowFolder(gang(3, `${MEET}\n this.mine = nodeIndex;`));
    const { code, run, stderr } = await folder.run("--max-workers", workers, ...words);
    expect(code, stderr).toBe(0);
    expect(await seenBy(run)).toEqual([0, 1, 2]);
  });

  it("beside another and within a foreach never waits for ever", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      items = [2, 3]; size!: number; seen!: number[];
      @step start() { this.next(this.left, this.right); }
      @step left() { this.next(this.train, { numParallel: 3 }); }
      @parallel @step async train() { ${MEET} this.size = numNodes; this.next(this.trained); }
      @step trained(inputs: Inputs<TestFlow>) { this.seen = inputs.map(({ size }) => size); this.next(this.meet); }
      @step right() { this.next(this.each, { foreach: this.items }); }
      @step each(size: number) { this.size = size; this.next(this.inner, { numParallel: this.size }); }
      @parallel @step async inner() { ${MEET} this.size = numNodes; this.next(this.gathered); }
      @step gathered(inputs: Inputs<TestFlow>) { this.seen = inputs.map(({ size }) => size); this.next(this.items_done); }
      @step items_done(inputs: Inputs<TestFlow>) { this.seen = inputs.flatMap(({ seen }) => seen); this.next(this.meet); }
      @step meet(inputs: Inputs<TestFlow>) { this.seen = inputs.flatMap(({ seen }) => seen); this.next(this.end); }
      @step end() {}
    }`);
    const { code, run, stderr } = await folder.run("--max-workers", "2");
    expect(code, stderr).toBe(0);
    expect((await valuesOf(await run.task("end"))).seen).toEqual([3, 3, 3, 2, 2, 3, 3, 3]);
    const inner = await run.step("inner");
    expect((await inner.controlTasks().all()).map(({ id }) => id)).toEqual(["i0-i0", "i1-i0"]);
  });

  it("has a log for each of its tasks", async () => {
    const folder = await flowFolder(gang(3, `console.log("I am", current.parallel.nodeIndex);`));
    const { run } = await folder.run();
    const logs = await Promise.all((await trainTasks(run)).map(({ logs }) => logs.stdout()));
    expect(logs).toEqual(["I am 0\n", "I am 1\n", "I am 2\n"]);
    const { stdout } = await folder.metaflow("logs", `${run.id}/train/i1`, "--stdout");
    expect(stdout).toContain("I am 1");
    expect(stdout).not.toContain("I am 2");
  });

  it.each([[[]], [PROCESS]])("ends as a whole when one of its tasks fails %j", async (words) => {
    const folder = await flowFolder(
      gang(3, `if (current.parallel.nodeIndex === 1) throw new Error("one is enough"); ${WAIT}`),
    );
    const startedAt = Date.now();
    const { code, run, stdout } = await folder.run(...words);
    expect(code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(run.failure).toMatchObject({ pathspec: `${run.pathspec}/train/i1`, error: { message: "one is enough" } });
    const tasks = await trainTasks(run);
    expect(tasks.map(({ status, error }) => [status, error?.code])).toEqual([
      ["failed", "MF_TASK_STOPPED"],
      ["failed", null],
      ["failed", "MF_TASK_STOPPED"],
    ]);
    expect(tasks[0]?.error?.message).toContain("train/i1 of its gang failed");
    expect(run.counts).toEqual({ successful: 1, carriedOver: 0, failed: 3 });
    expect(stdout).toContain("3 failed");
  });

  it("kills a task that does not let go", async () => {
    const folder = await flowFolder(
      gang(
        2,
        `if (current.parallel.nodeIndex === 1) throw new Error("gone"); process.on("SIGTERM", () => {}); for (;;);`,
      ),
    );
    const startedAt = Date.now();
    const { code, run } = await folder.run();
    expect(code).toBe(1);
    expect(Date.now() - startedAt).toBeGreaterThan(4500);
    expect((await trainTasks(run)).map(({ error }) => error?.code)).toEqual(["MF_TASK_STOPPED", null]);
  });

  it("keeps nothing of a task that came to its end beside one that failed", async () => {
    const folder = await flowFolder(
      gang(
        2,
        `this.mine = 1; if (current.parallel.nodeIndex === 1) { await new Promise((later) => setTimeout(later, 1500)); throw new Error("late"); }`,
      ),
    );
    const { code, run } = await folder.run();
    expect(code).toBe(1);
    const [first] = await trainTasks(run);
    expect(first?.error).toMatchObject({ code: "MF_PARALLEL_TASK_FAILED", cause: { message: "late" } });
    expect(first?.error?.message).toContain("train/i1 of its gang failed");
  });
});

describe.concurrent("a gang that fails", () => {
  const ONE = "current.parallel.nodeIndex === 1 && current.retryCount === 0";

  it.each([[[]], [PROCESS]])("is started again as a whole by @retry %j", async (words) => {
    const folder = await flowFolder(
      gang(
        3,
        `this.mine = [current.retryCount, current.parallel.mainPort]; if (${ONE}) throw new Error("once"); ${MEET}`,
        "@retry({ times: 1 }) @parallel",
      ),
    );
    const { code, run, stderr } = await folder.run(...words);
    expect(code, stderr).toBe(0);
    const seen = (await seenBy(run)) as readonly (readonly [number, number])[];
    expect(seen.map(([attempt]) => attempt)).toEqual([1, 1, 1]);
    expect(new Set(seen.map(([, port]) => port)).size).toBe(1);
    for (const task of await trainTasks(run)) {
      expect((await task.attempts()).map(({ status }) => status)).toEqual(["failed", "successful"]);
    }
    expect(run.counts).toEqual({ successful: 6, carriedOver: 0, failed: 0 });
  });

  it("counts a killed task as the place's failure", async () => {
    const folder = await flowFolder(
      gang(
        2,
        `if (${ONE}) process.kill(process.pid, "SIGKILL"); if (current.retryCount === 0) { ${WAIT} }`,
        "@retry({ times: 0, platformTimes: 1 }) @parallel",
      ),
    );
    const { code, run, stderr } = await folder.run();
    expect(code, stderr).toBe(0);
    expect((await trainTasks(run)).map(({ currentAttempt }) => currentAttempt)).toEqual([1, 1]);
  });

  it("is caught as a whole by @catchError, also after @timeout", async () => {
    const folder = await flowFolder(
      gang(
        2,
        `this.mine = 1; if (current.parallel.nodeIndex === 1) { ${WAIT} }`,
        `@catchError({ var: "failure", print: false }) @timeout({ seconds: 1 }) @environment({ vars: { A: 1 } }) @parallel`,
      ),
    );
    const { code, run, stderr } = await folder.run();
    expect(code, stderr).toBe(0);
    expect(await seenBy(run)).toEqual(["mine of nobody", "mine of nobody"]);
    const failures = await Promise.all((await trainTasks(run)).map(async (task) => (await valuesOf(task)).failure));
    expect(failures).toMatchObject([
      { code: "MF_PARALLEL_TASK_FAILED", cause: { code: "MF_TASK_TIMED_OUT" } },
      { code: "MF_TASK_TIMED_OUT" },
    ]);
  });
});

describe.concurrent("resume", () => {
  it("takes over a gang, and runs the join that failed", async () => {
    const folder = await flowFolder(
      gang(3, "this.mine = current.runId;").replace(
        "this.seen =",
        `if (current.originRunId === undefined) throw new Error("later"); this.seen =`,
      ),
    );
    const { code, run } = await folder.run();
    expect(code).toBe(1);
    expect((await folder.metaflow("resume")).code).toBe(0);
    const resumed = await folder.newestRun();
    expect(resumed.counts).toEqual({ successful: 2, carriedOver: 4, failed: 0 });
    expect((await trainTasks(resumed)).map(({ originPathspec }) => originPathspec)).toEqual(
      [0, 1, 2].map((node) => `${run.pathspec}/train/i${node}`),
    );
    expect(await seenBy(resumed)).toEqual([run.id, run.id, run.id]);
  });

  it("runs all of a gang of which one task failed", async () => {
    const folder = await flowFolder(
      gang(
        3,
        `this.mine = current.runId; if (current.originRunId === undefined && current.parallel.nodeIndex === 2) throw new Error("no");`,
      ),
    );
    expect((await folder.run()).code).toBe(1);
    expect((await folder.metaflow("resume")).code).toBe(0);
    const resumed = await folder.newestRun();
    expect(resumed.counts).toEqual({ successful: 5, carriedOver: 1, failed: 0 });
    expect(await seenBy(resumed)).toEqual([resumed.id, resumed.id, resumed.id]);
  });
});

describe.concurrent("a run that is killed", () => {
  it("leaves nothing of a gang under way, and a resume runs it whole", async () => {
    const folder = await flowFolder(
      gang(
        3,
        `this.mine = current.runId; if (current.originRunId === undefined && current.parallel.nodeIndex > 0) { console.log("pid", process.pid); ${WAIT} }`,
      ),
    );
    const started = folder.start("run", "--max-workers", "1");
    await Promise.all(["train/i1] pid", "train/i2] pid"].map((text) => started.printed(text)));
    started.child.kill("SIGKILL");
    const { stdout } = await started.result;
    const killed = await folder.newestRun();
    expect(killed.status).toBe("dead");
    const pids = [...stdout.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids.length).toBe(2);
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
    expect((await folder.metaflow("resume")).code).toBe(0);
    const resumed = await folder.newestRun();
    expect(resumed.counts).toEqual({ successful: 5, carriedOver: 1, failed: 0 });
    expect(await seenBy(resumed)).toEqual([resumed.id, resumed.id, resumed.id]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.concurrent("without a driver", () => {
  it("a gang's tasks are steps of their own; the last one commits them all", async () => {
    const folder = await flowFolder(gang(2, `${MEET} this.mine = [nodeIndex, current.retryCount];`));
    const id = (await folder.metaflow("init")).stdout.trim();
    const run = `TestFlow/${id}`;
    expect((await folder.metaflow("step", `${run}/start/0`)).code).toBe(0);
    const port = String(20_000 + (process.pid % 10_000));
    const words = ["--attempt", "3", "--gang-start", "job-7", "--main-ip", "127.0.0.1", "--main-port", port];
    const ends = await Promise.all([0, 1].map((node) => folder.metaflow("step", `${run}/train/i${node}`, ...words)));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect((await folder.metaflow("region", run, "join")).code).toBe(0);
    expect(await seenBy(await folder.newestRun())).toEqual([
      [0, 3],
      [1, 3],
    ]);
  });

  it("a task alone commits nothing", async () => {
    const folder = await flowFolder(gang(2, "this.mine = 1;"));
    const run = `TestFlow/${(await folder.metaflow("init")).stdout.trim()}`;
    await folder.metaflow("step", `${run}/start/0`);
    expect((await folder.metaflow("step", `${run}/train/i0`)).code).toBe(0);
    const { code, stderr } = await folder.metaflow("region", run, "join");
    expect([code, stderr]).toEqual([1, expect.stringContaining("MF_INPUTS_NOT_FOUND")]);
    for (const words of [
      ["--address", "i1"],
      ["--items", "0-0"],
    ]) {
      const refused = await folder.metaflow("region", run, "train", "--steps", "train", ...words);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("one gang")]);
    }
    expect((await folder.metaflow("region", run, "train", "--items", "0-99")).code).toBe(0);
    expect((await folder.metaflow("region", run, "join")).code).toBe(0);
  });
});

describe.concurrent("numParallel", () => {
  it.each([
    ["0", "'nodes' is 0"],
    ["2.5", "'nodes' is 2.5"],
    ['"4" as never', "'nodes' is a string"],
    ["null as never", "'nodes' is null"],
  ])("of %s is an error that names step and artifact", async (value, text) => {
    const { code, stdout, run } = await (await flowFolder(gang(value, ""))).run();
    expect(code).toBe(1);
    expect(run.failure?.error.code).toBe("MF_PARALLEL_COUNT_INVALID");
    expect(stdout).toContain(text);
    expect(stdout).toContain("Step 'start'");
  });

  it("is subject to --max-num-splits", async () => {
    const folder = await flowFolder(gang(3, ""));
    const { code, run } = await folder.run("--max-num-splits", "2");
    expect([code, run.failure?.error.code]).toEqual([1, "MF_PARALLEL_TOO_WIDE"]);
    expect((await folder.metaflow("resume", ...(run.failure?.error.resume ?? []))).code).toBe(0);
  });

  it("is refused before anything runs where @parallel is missing, and passed by with --with where it is no gang", async () => {
    const undecorated = await (await flowFolder(gang(2, "", ""))).metaflow("run");
    expect([undecorated.code, undecorated.stderr]).toEqual([
      2,
      expect.stringContaining("MF_GRAPH_PARALLEL_UNDECORATED"),
    ]);
    const added = await (await flowFolder(gang(2, ""))).run("--with", "parallel");
    expect([added.code, added.stderr]).toEqual([0, expect.stringContaining("passes by step 'start' with 'parallel'")]);
    const first =
      "export default class TestFlow extends FlowSpec { @parallel @step start() { this.next(this.end); } @step end() {} }";
    const misplaced = await (await flowFolder(first)).metaflow("run");
    expect([misplaced.code, misplaced.stderr]).toEqual([2, expect.stringContaining("no numParallel leads to it")]);
  });
});
