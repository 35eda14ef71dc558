/** A flow that goes every way there is, and fails where it is told to. */
import { IMPORTS } from "./flow-run.js";

/**
 * A branch, a foreach in a foreach, and a loop for each item of the outer one. `FAIL=step/task` fails that task,
 * `SLOW=step/task` lets it take 20 s; each task's execution is noted in the file `NOTES`.
 */
export const everyWayFlow = `${IMPORTS}
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export default class EveryWay extends FlowSpec {
  @parameter() readonly base = 1;
  outer!: string[];
  inner!: number[];
  name!: string;
  value!: string;
  values!: string[];
  rounds!: number;
  verdict!: "more" | "done";
  all!: string[];

  @step start() { this.next(this.left, this.right); }
  @step async left() { await this.task(); this.next(this.merge); }
  @step async right() { await this.task(); this.next(this.merge); }
  @step async merge(inputs: Inputs<EveryWay>) {
    await this.task();
    this.outer = ["a", "b"];
    this.next(this.group, { foreach: this.outer });
  }
  @step async group(name: string) {
    await this.task();
    this.name = name;
    this.inner = [1, 2, 3];
    this.next(this.work, { foreach: this.inner });
  }
  @step async work(item: number) {
    await this.task();
    this.value = this.name + item * this.base;
    this.next(this.collect);
  }
  @step async collect(inputs: Inputs<EveryWay>) {
    await this.task();
    this.values = inputs.map(({ value }) => value);
    this.rounds = 0;
    this.next(this.again);
  }
  @step async again() {
    await this.task();
    this.rounds += 1;
    this.verdict = this.rounds < 3 ? "more" : "done";
    this.next({ more: this.again, done: this.join }, { condition: this.verdict });
  }
  @step async join(inputs: Inputs<EveryWay>) {
    await this.task();
    this.all = inputs.flatMap(({ values, rounds }) => [...values, String(rounds)]);
    this.next(this.end);
  }
  @step async end() {
    await this.task();
    console.log(this.all.join(), current.originRunId, current.tags.join());
  }
  async task() {
    const name = current.stepName + "/" + current.taskId;
    if (process.env.NOTES) appendFileSync(process.env.NOTES, name + "\\n");
    if (process.env.SLOW === name) await sleep(20_000);
    if (process.env.FAIL === name) throw new Error("fails in this run");
  }
}
`;

/** All tasks of a run of it. */
export const everyTask: readonly string[] = [
  ...["start/0", "left/0", "right/0", "merge/0", "group/i0", "group/i1"],
  ...[0, 1].flatMap((group) => [0, 1, 2].map((item) => `work/i${group}-i${item}`)),
  ...["collect/i0", "collect/i1"],
  ...[0, 1].flatMap((group) => [0, 1, 2].map((round) => `again/i${group}-r${round}`)),
  ...["join/0", "end/0"],
];
