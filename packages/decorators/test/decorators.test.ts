/** What is particular to each decorator besides the matrix. */
import { describe, expect, it } from "vitest";
import { flowFolder, valuesOf } from "./flow-folder.js";

describe.concurrent("catchError", () => {
  it("keeps what the step inherited, drops what it assigned, and says null where nothing failed", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      kept = "kept"; dropped!: string; first!: CaughtError | null; second!: CaughtError | null;
      @catchError({ var: "first" }) @step start() { this.next(this.middle); }
      @catch_({ var: "second", print: false }) @step middle() {
        this.dropped = "dropped";
        if (this.kept === "kept") throw "just a text";
        this.next(this.end);
      }
      @step end() { console.log(this.second?.type, this.second?.message); }
    }`);
    const { code, run } = await folder.run();
    expect(code).toBe(0);
    const end = await run.task("end");
    expect(await valuesOf(end)).toEqual({
      kept: "kept",
      first: null,
      second: { type: "string", message: "just a text", code: null, stack: [], cause: null },
    });
    expect(await end.logs.stdout()).toBe("string just a text\n");
    expect(await (await run.task("middle")).logs.stderr()).toBe("");
  });

  it("leaves a join without what it would have merged", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @parameter() size = 3;
      made!: number; failure!: CaughtError | null;
      @step start() { this.made = 1; this.next(this.a, this.b); }
      @step a() { this.next(this.join); }
      @step b() { this.next(this.join); }
      @catchError({ var: "failure" })
      @step join(inputs: Inputs<TestFlow>) {
        this.mergeArtifacts(inputs);
        if (this.made === 1) throw new Error("after the merge");
        this.next(this.end);
      }
      @step end() { console.log(this.size); }
    }`);
    const { run } = await folder.run();
    const values = await valuesOf(await run.task("end"));
    expect(values).not.toHaveProperty("made");
    expect(values.failure).toMatchObject({
      type: "Error",
      message: "after the merge",
      stack: expect.arrayContaining([expect.stringContaining("flow.ts")]),
    });
    expect(await (await run.task("end")).logs.stdout()).toBe("3\n");
  });

  const SPLIT = (decorator: string): string => `export default class TestFlow extends FlowSpec {
    items = [1, 2]; side = "a" as "a" | "b";
    ${decorator} @step start() { this.next(this.each, { foreach: this.items }); }
    @step each() { if (current.retryCount === 0) throw new Error("caught"); this.next(this.join); }
    @step join(inputs: Inputs<TestFlow>) { this.side = "b"; this.next(this.choose); }
    ${decorator} @step choose() { this.next({ a: this.end, b: this.other }, { condition: this.side }); }
    @step other() { this.next(this.end); }
    @step end() {}
  }`;

  it("is refused where the transition needs what the step makes", async () => {
    const { code, stderr } = await (await flowFolder(SPLIT("@catchError"))).metaflow("run");
    expect(code).toBe(2);
    expect(stderr).toContain("needs 'items'");
    expect(stderr).toContain("needs 'side'");
  });

  it("passes such steps by under --with, and says so", async () => {
    const folder = await flowFolder(SPLIT(""));
    const { code, stderr, run } = await folder.run("--with", "catchError:var=failure");
    expect(code).toBe(0);
    expect(stderr).toContain("passes by step 'start' with 'catchError'");
    expect(stderr).toContain("passes by step 'choose' with 'catchError'");
    const each = await (await run.step("each")).tasks().all();
    const failures = await Promise.all(each.map(async (task) => (await valuesOf(task)).failure));
    expect(failures).toEqual([
      expect.objectContaining({ message: "caught" }),
      expect.objectContaining({ message: "caught" }),
    ]);
  });

  it.each([
    ["end", "'end' is a step, not an artifact"],
    ["next", "'next' is a member of every flow, not an artifact"],
    ["toString", "'toString' is a member of every flow, not an artifact"],
  ])("refuses '%s' for its artifact", async (name, problem) => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @catchError({ var: "${name}" }) @step start() { this.next(this.end); }
      @step end() {}
    }`);
    const { code, stderr } = await folder.metaflow("run");
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });
});

describe.concurrent("timeout", () => {
  it.each([[[]], [["--isolation", "process"]]])("stops code that never lets go %j", async (isolation) => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      failure!: CaughtError | null;
      @timeout({ seconds: 2 }) @catchError({ var: "failure" })
      @step start() {
        for (;;) if (Date.now() === 0) break;
        this.next(this.end);
      }
      @step end() {}
    }`);
    const { code, run } = await folder.run(...isolation);
    expect(code).toBe(0);
    const { failure } = await valuesOf(await run.task("end"));
    expect(failure).toMatchObject({ code: "MF_TASK_TIMED_OUT" });
  });

  it.each([[[]], [["--isolation", "process"]]])(
    "lets a step end by itself when its signal aborts, and tell where it is %j",
    async (isolation) => {
      const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
        told!: unknown;
        @timeout({ seconds: 1 })
        @step async start() {
          const { signal } = current;
          this.told = await new Promise((tell) =>
            signal.addEventListener("abort", () =>
              tell([current.stepName, current.signal === signal, signal.aborted, current.signal.reason.name])));
          this.next(this.end);
        }
        @step end() {}
      }`);
      const { code, run } = await folder.run(...isolation);
      expect(code).toBe(0);
      expect(await valuesOf(await run.task("end"))).toEqual({ told: ["start", true, true, "AbortError"] });
    },
  );

  it("fails the run where nothing else is said", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @timeout({ seconds: 1 })
      @step async start() { await new Promise((ended) => setTimeout(ended, 60_000)); this.next(this.end); }
      @step end() {}
    }`);
    const { code, run } = await folder.run();
    expect(code).toBe(1);
    expect((await run.task("start")).error?.code).toBe("MF_TASK_TIMED_OUT");
  });
});

describe.concurrent("environment and resources", () => {
  it("are in the step and its top-level code, and nowhere else", async () => {
    const folder = await flowFolder(`const early = process.env.SETTING;
    export default class TestFlow extends FlowSpec {
      @environment({ vars: { SETTING: 1 } }) @resources({ cpu: 64, memory: "1T" })
      @step start() { console.log(early, process.env.SETTING); this.next(this.end); }
      @step end() { console.log(early, process.env.SETTING); }
    }`);
    const { code, run } = await folder.run("--max-workers", "1");
    expect(code).toBe(0);
    expect(await (await run.task("start")).logs.stdout()).toBe("1 1\n");
    expect(await (await run.task("end")).logs.stdout()).toBe("undefined undefined\n");
    const { decorators } = (await run.step("start")).node;
    expect(decorators).toContainEqual(
      expect.objectContaining({ name: "resources", attributes: { cpu: 64, memory: 1_000_000 } }),
    );
  });
});
