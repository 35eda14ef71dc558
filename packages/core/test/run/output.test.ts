/** What tasks print is shown as it comes and stored to the last character. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { createFlowFolder, type FlowFolder, IMPORTS, runFlow } from "./flow-run.js";

const FLOW = `${IMPORTS}
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
const many = (count: number) => { for (let k = 0; k < count; k++) console.log("line", k, "é刺身😀"); };
const ways: Record<string, () => unknown> = {
  longLine: () => { console.log("é".repeat(1_500_000)); console.log("after"); },
  binary: () => { process.stdout.write(Buffer.from([0xff, 0xfe, 0, 1, 10, 0xc3, 0x28, 10])); },
  writeSync: () => { console.log("first"); writeSync(1, "second\\n"); writeSync(2, "error\\n"); writeSync(1, "x".repeat(300_000)); },
  child: () => {
    console.log("before");
    execFileSync("seq", ["1", "20000"], { stdio: "inherit" });
    spawnSync(process.execPath, ["-e", "console.error('from a child')"], { stdio: "inherit" });
    console.log("after");
  },
  killed: () => { many(20_000); process.kill(process.pid, "SIGKILL"); },
  exited: () => { many(20_000); process.exit(0); },
  crashed: () => { many(20_000); process.abort(); },
  much: () => { for (let k = 0; k < 2000; k++) console.log("x".repeat(999)); console.error("not much"); },
  live: async () => { console.log("tick"); while (!existsSync("go")) await sleep(20); },
  half: async () => { process.stdout.write("begun"); await sleep(100); process.stdout.write(" and ended\\n"); process.stderr.write("half"); },
  nothing: () => { process.stdout.write(""); },
  returns: () => { process.stdout.write("50 %\\r100 %\\n\\n\\nlast"); },
};
export default class OutputFlow extends FlowSpec {
  @parameter() how = "";
  @step async start() { await ways[this.how]!(); this.next(this.end); }
  @step end() {}
}
`;

const lines = (count: number): string => Array.from({ length: count }, (_, k) => `line ${k} é刺身😀\n`).join("");

describe("32 tasks that print 5,000 lines on both streams", () => {
  it("lose nothing, and keep the order of each stream", async () => {
    const run = await runFlow(
      `
export default class ManyFlow extends FlowSpec {
  items = Array.from({ length: 32 }, (_, k) => k);
  @step start() { this.next(this.body, { foreach: this.items }); }
  @step body(item: number) {
    for (let k = 0; k < 5000; k++) {
      console.log(item + ": line " + k + " é刺身😀");
      console.error(item + ": error " + k + " \\u2028 \\ud83d\\ude80");
    }
    this.next(this.join);
  }
  @step join(inputs: Inputs<ManyFlow>) { this.next(this.end); }
  @step end() {}
}`,
      ["--max-workers", "4"],
    );
    expect(run.code).toBe(0);
    const shown = new Map<string, string[]>();
    for (const event of run.events) {
      if (event.type !== "task.log") continue;
      const key = `${event.task} ${event.stream}`;
      shown.set(key, [...(shown.get(key) ?? []), event.line].slice(-1));
    }
    const count = run.events.filter(({ type }) => type === "task.log").length;
    expect(count).toBe(32 * 5000 * 2);
    for (let item = 0; item < 32; item++) {
      const { stdout, stderr } = await run.log("body", `i${item}`);
      const expected = (text: (k: number) => string) => Array.from({ length: 5000 }, (_, k) => `${text(k)}\n`).join("");
      expect(stdout === expected((k) => `${item}: line ${k} é刺身😀`), `stdout of ${item}`).toBe(true);
      expect(stderr === expected((k) => `${item}: error ${k} \u2028 🚀`), `stderr of ${item}`).toBe(true);
      expect(shown.get(`i${item} stdout`)).toEqual([`${item}: line 4999 é刺身😀`]);
    }
  });
});

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": FLOW });
});
const runHow = (how: string, ...words: string[]) => folder.run(["flow.ts", "run", "--how", how, ...words]);

describe("a task's log", () => {
  it.each([
    ["longLine", `${"é".repeat(1_500_000)}\nafter\n`, ""],
    ["binary", "\ufffd\ufffd\u0000\u0001\n\ufffd(\n", ""],
    ["writeSync", `first\nsecond\n${"x".repeat(300_000)}`, "error\n"],
    ["child", `before\n${Array.from({ length: 20_000 }, (_, k) => `${k + 1}\n`).join("")}after\n`, "from a child\n"],
    ["half", "begun and ended\n", "half"],
    ["returns", "50 %\r100 %\n\n\nlast", ""],
    ["nothing", "", ""],
  ])("has what was printed: %s", async (how, stdout, stderr) => {
    const run = await runHow(how);
    expect(run.code).toBe(0);
    const log = await run.log("start");
    expect(log.stdout === stdout, `${log.stdout.length} characters of ${stdout.length}`).toBe(true);
    expect(log.stderr).toBe(stderr);
  });

  it("is printed by `logs` as it was, a very long line in one piece", async () => {
    const run = await runHow("longLine");
    const { stdout } = await folder.cli(["logs", `${run.run.pathspec}/start`, "--stdout"]);
    const expected = `${"é".repeat(1_500_000)}\nafter\n`;
    expect(stdout === expected, `${stdout.length} characters of ${expected.length}`).toBe(true);
  });

  it.each(["killed", "exited", "crashed"])("has all that a task printed before it was %s", async (how) => {
    const run = await runHow(how);
    expect(run.code).toBe(1);
    expect((await run.log("start")).stdout === lines(20_000)).toBe(true);
  });

  it("is cut at --max-log-size, and says so", async () => {
    const run = await runHow("much", "--max-log-size", "1");
    expect(run.code).toBe(0);
    const { stdout, stderr } = await run.log("start");
    const kept = stdout.split("\n");
    expect(kept.slice(0, 1000).every((line) => line === "x".repeat(999))).toBe(true);
    expect(kept.length).toBeLessThan(1100);
    expect(kept.at(-2)).toBe("[the rest was cut: --max-log-size 1, in megabytes]");
    expect(stderr).toBe("not much\n");
    // Who watches sees everything.
    expect(run.events.filter(({ type }) => type === "task.log")).toHaveLength(2001);
  });
});

describe("the display", () => {
  it("shows a line when it is printed, after the task that printed it", async () => {
    const cli = folder.start(["flow.ts", "run", "--how", "live"]);
    await cli.waitFor(/^\[\d+\/start\/0\] tick$/m);
    await writeFile(join(folder.path, "go"), "");
    expect((await cli.result).code).toBe(0);
  });

  it("waits for who reads slowly, and loses nothing", async () => {
    const cli = folder.start(["flow.ts", "run", "--how", "killed"]);
    cli.child.stdout?.pause();
    await sleep(1500);
    cli.child.stdout?.resume();
    const { stdout, code } = await cli.result;
    expect(code).toBe(1);
    const printed = stdout
      .split("\n")
      .flatMap((line) => /^\[\d+\/start\/0\] (line \d+ é刺身😀)$/.exec(line)?.[1] ?? []);
    expect(`${printed.join("\n")}\n` === lines(20_000)).toBe(true);
  });
});
