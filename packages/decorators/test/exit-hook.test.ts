/** Exit hooks through the real command: what they get, and that nothing which they do changes the run. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flowFolder } from "./flow-folder.js";

const IMPORTS = `import { FlowSpec, step } from "@metaflow-ts/core";
import { type EndedRunView, exitHook } from "@metaflow-ts/decorators";`;

const HOOKS = `
  export async function tell({ run, status, failure }: EndedRunView) {
    console.log("told", run.pathspec.split("/")[0], run.status, status, await run.data.rows, failure);
  }
  function bare() { console.log("bare"); }
  function boom() { throw new TypeError("in the hook"); }
  function alarm({ run, failure, status }: EndedRunView) {
    console.log("alarm", run.status, status, failure?.step, failure?.task, failure?.error.type, failure?.error.message);
  }
  function leave() { console.log("leaving"); process.exit(7); }
  function crash() { process.kill(process.pid, "SIGKILL"); }
  function spin() { console.log("spinning in", process.pid); for (;;) if (Date.now() === 0) break; }
  async function wait({ signal }: EndedRunView) {
    console.log("waiting");
    const timer = setInterval(() => {}, 1000);
    await new Promise((ended) => signal.addEventListener("abort", ended));
    clearInterval(timer);
    console.log("told to end");
  }`;

const SOURCE = (options: string, fails = false): string => `${HOOKS}
  ${options}
  export default class TestFlow extends FlowSpec {
    rows = 0;
    @step start() { this.rows = 3; this.next(this.end); }
    @step end() { ${fails ? `throw new RangeError("the step");` : ""} }
  }`;

const flowOf = (options: string, fails = false) => flowFolder(SOURCE(options, fails), IMPORTS);

/** What hooks printed, and how they ended. */
function told(stdout: string): readonly string[] {
  return stdout
    .split("\n")
    .flatMap((line) => (line.startsWith("[exit hook ") ? [line.replace(/ \d.*?s(?=:|$)/, "")] : []));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.concurrent("after a run", () => {
  it.each([[[]], [["--isolation", "process"]]])("that succeeded, hooks are called in order %j", async (words) => {
    const folder = await flowOf("@exitHook({ onSuccess: [tell, bare], onError: alarm })");
    const { code, stdout, run } = await folder.run(...words);
    expect([code, run.status]).toEqual([0, "successful"]);
    expect(told(stdout)).toEqual([
      "[exit hook tell] told TestFlow successful successful 3 null",
      "[exit hook tell] done in",
      "[exit hook bare] bare",
      "[exit hook bare] done in",
    ]);
    expect(stdout.indexOf("[exit hook bare] done")).toBeLessThan(stdout.indexOf("TestFlow/", stdout.indexOf("bare")));
  });

  it("that failed, only those for errors, with the failure", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: bare, onError: alarm })", true);
    const { code, stdout, run } = await folder.run();
    expect([code, run.status]).toEqual([1, "failed"]);
    expect(told(stdout)).toEqual([
      "[exit hook alarm] alarm failed failed end 0 RangeError the step",
      "[exit hook alarm] done in",
    ]);
  });

  it("that was resumed, too", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: bare })");
    await folder.run();
    const { code, stdout } = await folder.metaflow("resume", "end");
    expect([code, told(stdout)]).toEqual([0, ["[exit hook bare] bare", "[exit hook bare] done in"]]);
  });

  it("by name, from several decorators, imported, and made by others", async () => {
    const folder = await flowOf(`
      import { shared } from "./shared.js";
      const made = (word: string) => function said() { console.log(word); };
      @exitHook({ onSuccess: ["tell", shared] })
      @exitHook({ onSuccess: made("a closure") })`);
    await writeFile(join(folder.path, "shared.ts"), `export const shared = () => console.log("shared");`);
    const { code, stdout } = await folder.run();
    expect(code).toBe(0);
    expect(told(stdout).filter((line) => !line.endsWith("done in"))).toEqual([
      expect.stringContaining("[exit hook tell] told TestFlow"),
      "[exit hook shared] shared",
      "[exit hook said] a closure",
    ]);
  });

  it.each([
    ["boom", "it threw an error"],
    ["leave", "its process ended with exit code 7"],
    ["crash", "its process was ended by SIGKILL"],
    ["spin", "it took longer than 1 s"],
  ])("%s hurts neither the run nor the next hook", async (hook, problem) => {
    const folder = await flowOf(`@exitHook({ onSuccess: [${hook}, bare], timeout: 1 })`);
    const { code, stdout, run } = await folder.run();
    expect([code, run.status]).toEqual([0, "successful"]);
    expect(told(stdout)).toContain(`[exit hook ${hook}] failed after: ${problem}`);
    expect(told(stdout).at(-1)).toBe("[exit hook bare] done in");
    expect(stdout.trimEnd().split("\n").at(-1)).not.toContain("exit hook");
  });

  it("an error is shown with its place in the source", async () => {
    const { stdout } = await (await flowOf("@exitHook({ onSuccess: boom })")).run();
    expect(stdout).toContain("[exit hook boom] TypeError: in the hook");
    expect(stdout).toMatch(/\[exit hook boom\] .*boom.*flow\.ts:\d+:\d+/);
  });

  it("a hook is told when its time is up, and may end by itself", async () => {
    const { code, stdout } = await (await flowOf("@exitHook({ onSuccess: wait, timeout: 1 })")).run();
    expect(code).toBe(0);
    expect(told(stdout)).toEqual([
      "[exit hook wait] waiting",
      "[exit hook wait] told to end",
      "[exit hook wait] failed after: it took longer than 1 s",
    ]);
  });

  it("a signal ends the hook that runs, calls no other, and leaves the result", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: [wait, bare], timeout: 60 })");
    const { child, printed, result } = folder.start("run");
    await printed("[exit hook wait] waiting");
    child.kill("SIGINT");
    const { code, stdout } = await result;
    expect([code, (await folder.newestRun()).status]).toEqual([0, "successful"]);
    expect(told(stdout)).toEqual([
      "[exit hook wait] waiting",
      "[exit hook wait] told to end",
      "[exit hook wait] done in",
    ]);
  });

  it("that was stopped, those for errors are called", async () => {
    const source = SOURCE("@exitHook({ onSuccess: bare, onError: alarm })").replace(
      "this.rows = 3;",
      `console.log("step runs"); for (;;) if (Date.now() === 0) break;`,
    );
    const folder = await flowFolder(source, IMPORTS);
    const { child, printed, result } = folder.start("run");
    await printed("step runs");
    child.kill("SIGINT");
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(told(stdout)).toContain(
      "[exit hook alarm] alarm cancelled cancelled undefined undefined undefined undefined",
    );
  });

  it("a hook ends with the command, also where that is killed", async ({ expect }) => {
    const folder = await flowOf("@exitHook({ onSuccess: spin, timeout: 60 })");
    const { child, printed, result } = folder.start("run");
    await printed("spinning in ");
    child.kill("SIGKILL");
    const pid = Number(/spinning in (\d+)/.exec((await result).stdout)?.[1]);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it("--json has what hooks print and how they end as data, and nothing else on stdout", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: [bare, boom] })");
    const { stdout } = await folder.run("--json");
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type, stream }) => type.startsWith("exitHook") && stream !== "stderr")).toEqual([
      { type: "exitHook.log", at: expect.any(Number), hook: "bare", stream: "stdout", line: "bare" },
      {
        ...{ type: "exitHook.finished", at: expect.any(Number), hook: "bare", status: "successful", problem: null },
        durationMs: expect.any(Number),
      },
      {
        ...{ type: "exitHook.finished", at: expect.any(Number), hook: "boom", status: "failed" },
        ...{ problem: "it threw an error", durationMs: expect.any(Number) },
      },
    ]);
    expect(events.at(-1)).toMatchObject({ type: "run.finished", status: "successful" });
  });

  it("--quiet has failures of hooks alone", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: [bare, boom] })");
    const { stdout, stderr } = await folder.run("--quiet");
    expect(stdout).toBe("");
    expect(told(stderr)).toEqual(["[exit hook boom] failed after: it threw an error"]);
  });
});

describe.concurrent("before anything runs", () => {
  it.each([
    ["@exitHook({})", "give 'onSuccess', 'onError' or both"],
    ["@exitHook", "give 'onSuccess', 'onError' or both"],
    ["@exitHook({ onSuccess: () => {} })", "a function without a name cannot be found again"],
    ["@exitHook({ onSuccess: [() => {}] })", "a function without a name cannot be found again"],
    [`@exitHook({ onSuccess: "bare" })`, "the flow's file exports no function 'bare'"],
    [`@exitHook({ onSuccess: "toString" })`, "the flow's file exports no function 'toString'"],
    [`@exitHook({ onError: "nobody" })`, "the flow's file exports no function 'nobody'"],
  ])("%s is refused", async (options, problem) => {
    const folder = await flowOf(options);
    const { code, stderr } = await folder.metaflow("run");
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });

  it("the graph has the names, and somebody else can call the hooks of a run", async () => {
    const folder = await flowOf("@exitHook({ onSuccess: [tell, bare], timeout: 5 })");
    const { run } = await folder.run();
    expect((await run.graph()).decorators).toEqual([
      expect.objectContaining({
        name: "exitHook",
        attributes: { onSuccess: ["tell", "bare"], onError: [], timeout: 5, options: {} },
      }),
    ]);
    const { code, stdout } = await folder.command("exit-hooks", run.pathspec);
    expect(code).toBe(0);
    expect(told(stdout)).toHaveLength(4);
  });
});

describe.concurrent("a run whose tasks somebody else starts", () => {
  const words = async (fails: boolean) => {
    const folder = await flowOf("@exitHook({ onSuccess: tell, onError: alarm })", fails);
    expect((await folder.metaflow("init", "--run-id", "7")).code).toBe(0);
    await folder.command("region", "TestFlow/7", "start");
    const { code, stdout } = await folder.command("exit-hooks", "TestFlow/7");
    return [code, ...told(stdout)];
  };

  it("has been successful where its last step was", async () => {
    expect(await words(false)).toEqual([
      0,
      expect.stringMatching(/^\[exit hook tell\] told TestFlow \w+ successful 3 null$/),
      "[exit hook tell] done in",
    ]);
  });

  it("has failed by the task that failed for good", async () => {
    expect(await words(true)).toEqual([
      0,
      expect.stringMatching(/^\[exit hook alarm\] alarm \w+ failed end 0 RangeError the step$/),
      "[exit hook alarm] done in",
    ]);
  });
});
