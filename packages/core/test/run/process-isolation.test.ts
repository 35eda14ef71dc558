/** `--isolation process`: each task by the `step` command, with the same result. */
import { beforeAll, describe, expect, it } from "vitest";
import type { TaskRecord } from "../../src/contracts/records.js";
import { createFlowFolder, type FinishedRun, type FlowFolder, IMPORTS, isAlive } from "./flow-run.js";

const FLOW = `${IMPORTS}
export default class EverythingFlow extends FlowSpec {
  @parameter() scale = 2;
  words = ["ab", "c"];
  big = "b".repeat(3000);
  letters!: string[];
  found!: Map<string, number>;
  rounds = 0;
  verdict!: "again" | "left" | "right";
  side!: string;
  @step start() { this.next(this.each, this.other); }
  @step other() { this.side = "other"; this.next(this.meet); }
  @step each() { this.next(this.word, { foreach: this.words }); }
  @step word(word: string) { this.letters = [...word]; this.next(this.letter, { foreach: this.letters }); }
  @step letter(letter: string) { this.found = new Map([[letter, this.scale * (this.index ?? 0)]]); this.next(this.decide); }
  @step decide() {
    this.rounds += 1;
    this.verdict = this.rounds < 2 + (this.index ?? 0) ? "again" : this.index === 0 ? "left" : "right";
    this.next({ again: this.decide, left: this.left, right: this.right }, { condition: this.verdict });
  }
  @step left() { this.side = "left"; this.next(this.letters_done); }
  @step right() { this.side = "right"; this.next(this.letters_done); }
  @step letters_done(inputs: Inputs<EverythingFlow>) {
    this.found = new Map(inputs.flatMap((input) => [...input.found]));
    this.rounds = inputs.reduce((sum, input) => sum + input.rounds, 0);
    this.mergeArtifacts(inputs, { include: ["big", "words"] });
    this.next(this.words_done);
  }
  @step words_done(inputs: Inputs<EverythingFlow>) {
    this.rounds = inputs.reduce((sum, input) => sum + input.rounds, 0);
    this.mergeArtifacts(inputs, { exclude: ["found"] });
    this.next(this.meet);
  }
  @step meet(inputs: Inputs<EverythingFlow>) {
    this.side = inputs.map((input) => ("side" in input ? input.side : "none")).join();
    this.mergeArtifacts(inputs, { exclude: ["rounds"] });
    this.next(this.end);
  }
  @step end() { console.log("end", this.side, this.big.length); }
}
`;

let folder: FlowFolder;
let pooled: FinishedRun;
let separate: FinishedRun;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": FLOW });
  pooled = await folder.run(["flow.ts", "run"]);
  separate = await folder.run(["flow.ts", "run", "--isolation", "process"]);
});

/** All of a run's records, without what tells one run from another. */
async function recordsOf(run: FinishedRun): Promise<Record<string, unknown>> {
  const { steps } = await run.run.graph();
  const all: Record<string, unknown> = {};
  for (const step of Object.keys(steps)) {
    for (const task of await run.tasks(step)) {
      const { runId: _, startedAt: __, finishedAt: ___, ...rest } = (await run.record(step, task)) as TaskRecord;
      all[`${step}/${task}`] = rest;
    }
  }
  return all;
}

describe("a flow of all kinds of transitions", () => {
  it("has the same tasks and byte-equal artifacts in separate processes as in pooled ones", async () => {
    expect(pooled.code).toBe(0);
    expect(separate.code).toBe(0);
    const expected = await recordsOf(pooled);
    expect(Object.keys(expected)).toContain("decide/i0-i1-r2");
    expect(Object.keys(expected).length).toBe(pooled.finished.counts.successful);
    const actual = await recordsOf(separate);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
    expect((await separate.values("end")).side).toBe("none,other");
  });

  it("keeps logs and tells events alike", async () => {
    expect(await separate.log("end")).toEqual(await pooled.log("end"));
    const kinds = ({ events }: FinishedRun) => events.map(({ type }) => type).sort();
    expect(kinds(separate)).toEqual(kinds(pooled));
    const pids = separate.events.flatMap((event) => (event.type === "task.started" ? [event.pid ?? 0] : []));
    expect(new Set(pids).size).toBe(pids.length);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe("a task that fails in a process of its own", () => {
  it.each([
    ["throw new TypeError('thrown');", { type: "TypeError", message: "thrown" }],
    ["process.exit(3);", { code: "MF_TASK_EXITED" }],
    ["process.kill(process.pid, 'SIGKILL');", { code: "MF_TASK_KILLED" }],
  ])("fails the run in the same way: %s", async (statement, error) => {
    const source = `${IMPORTS}
export default class FailFlow extends FlowSpec {
  @step start() { console.log("before"); ${statement} this.next(this.end); }
  @step end() {}
}`;
    const failing = await createFlowFolder({ "flow.ts": source });
    const run = await failing.run(["flow.ts", "run", "--isolation", "process"]);
    expect(run.code).toBe(1);
    expect(run.finished).toMatchObject({ status: "failed", failure: { error } });
    expect(await run.error("start")).toMatchObject(error);
    expect((await run.log("start")).stdout).toBe("before\n");
  });
});
