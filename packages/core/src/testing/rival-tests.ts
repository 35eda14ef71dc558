import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { tasksInOrder } from "./detached-run.js";
import type { CommandResult, FlowProject } from "./flow-project.js";

/** How several processes come to drive one run. */
export interface RivalOptions {
  project(): FlowProject;
  /** `metaflow <words>` in that project, over the datastore at the root. */
  metaflow(
    root: string,
    words: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<CommandResult>;
  makeRoot(): string;
  open(root: string): Datastore | Promise<Datastore>;
}

const FLOW = "RivalFlow";
const RUN = `${FLOW}/7`;
const ITEMS = 12;
const RIVALS = 3;
const GO = "go";

/** Every attempt makes values of its own, so that those of two processes cannot be mistaken for each other. */
export const rivalFiles: Readonly<Record<string, string>> = {
  "rival.ts": `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";

export default class ${FLOW} extends FlowSpec {
  items!: number[];
  token!: string;
  tokens!: string[];
  @step start() {
    this.token = String(Math.random());
    this.items = Array.from({ length: ${ITEMS} }, (_, i) => i);
    this.next(this.each, { foreach: this.items });
  }
  @step each() {
    this.token = this.token + " " + this.input + " " + Math.random();
    this.next(this.join);
  }
  @step async join(inputs: Inputs<this, "each">) {
    if (process.env.FAIL_LATE) {
      while (!existsSync("${GO}")) await sleep(50);
      throw new Error("failed late, on purpose");
    }
    this.tokens = [...inputs].map(({ token }) => token);
    this.next(this.end);
  }
  @step end() {
    console.log(JSON.stringify(this.tokens));
  }
}
`,
};

/** Several processes that drive one run at the same moment: each result is one process's, and all go on from it. */
export function rivalTests({ project, metaflow, makeRoot, open }: RivalOptions): void {
  const init = (root: string) => metaflow(root, ["rival.ts", "init", "--run-id", "7", "--no-code-package"]);
  const drive = (root: string, environment = {}) => metaflow(root, ["region", RUN, "start"], environment);
  /** What the run's records say, after checking that they belong together. */
  const outcome = async (root: string) => {
    const datastore = await open(root);
    const waves = await tasksInOrder(datastore, FLOW, "7");
    assert.deepEqual(
      waves.map((wave) => wave.length),
      [1, ITEMS, 1, 1],
    );
    const [start, each, joined] = await Promise.all([
      artifacts(metaflow, root, "start", "token"),
      artifacts(metaflow, root, "each", "token"),
      artifacts(metaflow, root, "join", "tokens"),
    ]);
    assert.deepEqual(joined, [each], "the join has the results that are committed");
    for (const token of each) assert.ok(String(token).startsWith(`${start[0]} `), "so have the tasks of the foreach");
    return await createRecordStore(datastore).readRun(FLOW, "7");
  };

  it("lets several processes register and drive one run at the same moment: all agree", async () => {
    const root = makeRoot();
    const rivals = Array.from({ length: RIVALS }, () => root);
    for (const { code, stdout, stderr } of await Promise.all(rivals.map(init))) {
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), "7");
    }
    for (const { code, stderr } of await Promise.all(rivals.map((each) => drive(each)))) assert.equal(code, 0, stderr);
    const run = await outcome(root);
    assert.equal(run?.status, "successful");
    assert.equal(run?.counts?.successful, ITEMS + 3);
  });

  it("leaves a run successful that another process fails in afterwards", async () => {
    const root = makeRoot();
    assert.equal((await init(root)).code, 0);
    const failing = drive(root, { FAIL_LATE: "1" });
    const datastore = await open(root);
    const records = createRecordStore(datastore);
    while ((await records.listTasks(FLOW, "7", "each")).length < ITEMS)
      await new Promise((done) => setTimeout(done, 100));
    const winning = await drive(root);
    assert.equal(winning.code, 0, winning.stderr);
    await writeFile(join(project().folder, GO), "");
    const failed = await failing;
    assert.equal(failed.code, 1, failed.stderr);
    assert.match(failed.stderr, /failed late, on purpose/);
    const run = await outcome(root);
    assert.equal(run?.status, "successful");
    assert.equal(run?.failure, null);
  });
}

/** An artifact of a step's tasks, in order. */
async function artifacts(
  metaflow: RivalOptions["metaflow"],
  root: string,
  step: string,
  name: string,
): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await metaflow(root, ["dump", `${RUN}/${step}`, "--json"]);
  assert.equal(code, 0, stderr);
  const { tasks } = JSON.parse(stdout) as Dump;
  return tasks.map((task) => task.artifacts[name]?.value);
}

interface Dump {
  readonly tasks: readonly { readonly artifacts: Readonly<Record<string, { readonly value: unknown }>> }[];
}
