import type { GangRef } from "../../contracts/gang.js";
import type { TaskRecord } from "../../contracts/records.js";
import { exampleRun, exampleTask } from "../example-records.js";
import { allPages, ensureEqual, type RuleBody, STRANGE } from "./rule.js";

const { flow: FLOW, runId: RUN } = exampleRun();
const failed = (changes: Partial<TaskRecord>): TaskRecord =>
  exampleTask({ status: "failed", transition: null, artifacts: {}, error: ERROR, ...changes });
const ERROR = {
  ...{ code: null, type: "TypeError", message: "no", stack: [], codeFrame: null, fix: null, cause: null },
  errors: [],
};
const GANG: GangRef = { flow: FLOW, runId: RUN, step: "train", tasks: ["n0", "n1"] };

/** Tasks, their failed attempts, and gangs. */
export const taskRules: readonly RuleBody[] = [
  {
    name: "a task is read as it was committed",
    async check(records, again) {
      ensureEqual(await records.readTask(FLOW, RUN, "train", "i3"), null, "an absent task was");
      ensureEqual(await records.commitTask(exampleTask()), true, "the commit said");
      ensureEqual(await (await again()).readTask(FLOW, RUN, "train", "i3"), exampleTask(), "it was");
    },
  },
  {
    name: "of 50 commits of a task at once exactly one counts",
    async check(records, again) {
      const both = [records, await again()];
      const attempts = Array.from({ length: 50 }, (_, attempt) => exampleTask({ attempt }));
      const done = await Promise.all(attempts.map((task, i) => both[i % 2]?.commitTask(task)));
      ensureEqual(done.filter(Boolean).length, 1, "commits that counted");
      ensureEqual((await records.readTask(FLOW, RUN, "train", "i3"))?.attempt, done.indexOf(true), "its attempt was");
    },
  },
  {
    name: "many tasks are read in the order asked, absent ones as null",
    async check(records) {
      for (const task of ["i0", "i1", "i2"]) await records.commitTask(exampleTask({ task }));
      const asked = ["i2", "i9", "i0", "i2"].map((task) => ({ step: "train", task }));
      const read = await records.readTasks(FLOW, RUN, asked);
      ensureEqual(
        read.map((each) => each?.task ?? null),
        ["i2", null, "i0", "i2"],
        "they were",
      );
    },
  },
  {
    name: "tasks are listed by address in numeric order, all of them",
    async check(records) {
      const order = [...Array.from({ length: 1100 }, (_, i) => i).keys()].toSorted(
        (a, b) => ((a * 7) % 1100) - ((b * 7) % 1100),
      );
      await Promise.all(order.map((i) => records.commitTask(exampleTask({ task: `i${i}` }))));
      await records.commitTask(exampleTask({ task: "i10-r2" }));
      await records.saveFailedAttempt(failed({ task: "i5000" }));
      const listed = await records.listTasks(FLOW, RUN, "train");
      const numbers = listed.filter((id) => !id.includes("-"));
      ensureEqual(
        numbers,
        Array.from({ length: 1100 }, (_, i) => `i${i}`),
        "the list was",
      );
      ensureEqual(await records.listTasks(FLOW, RUN, "train", "i10-"), ["i10-r2"], "those that begin so were");
      ensureEqual(await records.listTasks(FLOW, RUN, "absent"), [], "of an absent step there were");
    },
  },
  {
    name: "steps with committed tasks are listed, and no others",
    async check(records) {
      for (const step of ["train", "join"]) await records.commitTask(exampleTask({ step }));
      await records.saveFailedAttempt(failed({ step: "score" }));
      await records.commitTask(exampleTask({ step: "other", runId: "other" }));
      ensureEqual((await records.listSteps(FLOW, RUN)).toSorted(), ["join", "train"], "they were");
    },
  },
  {
    name: "every failed attempt is kept beside the committed one",
    async check(records, again) {
      for (const attempt of [0, 1]) await records.saveFailedAttempt(failed({ attempt }));
      await records.commitTask(exampleTask({ attempt: 2 }));
      const other = await again();
      for (const attempt of [0, 1]) {
        ensureEqual(await other.readFailedAttempt(FLOW, RUN, "train", "i3", attempt), failed({ attempt }), "it was");
      }
      ensureEqual(await other.readFailedAttempt(FLOW, RUN, "train", "i3", 2), null, "of the third there was");
      ensureEqual((await other.readTask(FLOW, RUN, "train", "i3"))?.attempt, 2, "the committed one was");
    },
  },
  {
    name: "failed attempts of a run or a step are listed in pages",
    async check(records) {
      for (const [step, task] of [
        ["train", "i0"],
        ["train", "i1"],
        ["score", "i0"],
      ] as const) {
        await records.saveFailedAttempt(failed({ step, task }));
      }
      await records.saveFailedAttempt(failed({ runId: "other" }));
      await records.commitTask(exampleTask({ task: "i7" }));
      const list = async (step?: string) => {
        const options = step === undefined ? {} : { step };
        const all = await allPages((cursor) => records.listFailedAttempts(FLOW, RUN, { ...options, limit: 1, cursor }));
        return all.map((each) => `${each.step}/${each.task}/${each.attempt}`).toSorted();
      };
      ensureEqual(await list(), ["score/i0/0", "train/i0/0", "train/i1/0"], "of the run there were");
      ensureEqual(await list("train"), ["train/i0/0", "train/i1/0"], "of the step there were");
    },
  },
  {
    name: "tasks of strange runs and flows are told apart",
    async check(records) {
      for (const name of STRANGE) {
        await records.commitTask(exampleTask({ runId: name }));
        await records.commitTask(exampleTask({ flow: name }));
      }
      for (const name of STRANGE) {
        ensureEqual((await records.readTask(FLOW, name, "train", "i3"))?.runId, name, "the run was");
        ensureEqual((await records.readTask(name, RUN, "train", "i3"))?.flow, name, "the flow was");
      }
    },
  },
  {
    name: "what the caller does to a record later changes nothing",
    async check(records) {
      const record = { ...exampleTask(), inputs: ["start/0"] };
      await records.commitTask(record);
      record.inputs.push("start/1");
      ensureEqual((await records.readTask(FLOW, RUN, "train", "i3"))?.inputs, ["start/0"], "its inputs were");
    },
  },
  {
    name: "a gang is committed once, when all of its tasks left their results under one start",
    async check(records, again) {
      const result = (task: string) => exampleTask({ task });
      await records.saveGangResult(GANG, "one", result("n0"));
      await records.saveGangResult(GANG, "two", result("n1"));
      ensureEqual(await records.commitGang(GANG, "one"), null, "with results of two starts it said");
      ensureEqual(await records.readTask(FLOW, RUN, "train", "n0"), null, "before its commit a task was");
      ensureEqual((await records.readGangResult(GANG, "one", "n0"))?.task, "n0", "a result was that of");
      await records.saveGangResult(GANG, "two", result("n0"));
      ensureEqual(await (await again()).commitGang(GANG, "two"), "two", "with all of one start it said");
      await records.saveGangResult(GANG, "one", result("n1"));
      ensureEqual(await records.commitGang(GANG, "one"), "two", "after that it said");
      ensureEqual(await records.completeGang(GANG), true, "completing it said");
      for (const task of GANG.tasks)
        ensureEqual((await records.readTask(FLOW, RUN, "train", task))?.task, task, "a task was");
      ensureEqual(await records.completeGang({ ...GANG, step: "absent" }), false, "completing another said");
    },
  },
];
