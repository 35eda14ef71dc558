import { exampleRun } from "../example-records.js";
import { allPages, ensure, ensureEqual, ensureRejects, type RuleBody, STRANGE } from "./rule.js";

const { flow: FLOW, runId: RUN } = exampleRun();
const beat = (at: number) => ({ version: 1, at, interval: 5000, running: [], finished: at % 10 }) as const;

/** Runs, flows and heartbeats. */
export const runRules: readonly RuleBody[] = [
  {
    name: "a run is created once, and read as it was",
    async check(records) {
      ensureEqual(await records.readRun(FLOW, RUN), null, "an absent run was");
      ensureEqual(await records.createRun(exampleRun()), true, "the first creation said");
      ensureEqual(await records.createRun(exampleRun({ user: "another" })), false, "the second one said");
      ensureEqual(await records.readRun(FLOW, RUN), exampleRun(), "it was");
    },
  },
  {
    name: "of 20 creations of a run at once exactly one succeeds",
    async check(records) {
      const users = Array.from({ length: 20 }, (_, i) => `user ${i}`);
      const created = await Promise.all(users.map((user) => records.createRun(exampleRun({ user }))));
      ensureEqual(created.filter(Boolean).length, 1, "creations that succeeded");
      ensureEqual((await records.readRun(FLOW, RUN))?.user, users[created.indexOf(true)], "the run is that of");
    },
  },
  {
    name: "another process sees what one wrote",
    async check(records, again) {
      await records.createRun(exampleRun());
      const other = await again();
      ensureEqual(await other.readRun(FLOW, RUN), exampleRun(), "it saw");
      ensureEqual((await records.readRun(FLOW, RUN))?.status, "running", "the status was");
      await other.updateRun(FLOW, RUN, (run) => ({ ...run, status: "successful" }));
      ensureEqual((await records.readRun(FLOW, RUN))?.status, "successful", "the status was");
    },
  },
  {
    name: "runs are listed newest first, in pages of the size asked",
    async check(records) {
      for (const i of [3, 1, 4, 0, 2]) {
        await records.createRun(exampleRun({ runId: `run ${i}`, startedAt: 1e12 + i * 1000 }));
      }
      await records.createRun(exampleRun({ flow: "OtherFlow", runId: "other" }));
      const sizes: number[] = [];
      const all = await allPages(async (cursor) => {
        const page = await records.listRuns(FLOW, { limit: 2, cursor });
        sizes.push(page.items.length);
        return page;
      });
      ensureEqual(all, ["run 4", "run 3", "run 2", "run 1", "run 0"], "the list was");
      ensure(
        sizes.every((size) => size <= 2),
        "a page was larger than asked",
      );
      ensureEqual((await records.listRuns("NoFlow")).items, [], "of no flow there were");
    },
  },
  {
    name: "20 changes of a run at once lose none, and there must be a run",
    async check(records, again) {
      await records.createRun(exampleRun({ tags: [] }));
      const both = [records, await again()];
      const tags = Array.from({ length: 20 }, (_, i) => `tag${i}`);
      const add = (tag: string, i: number) =>
        both[i % 2]?.updateRun(FLOW, RUN, (run) => ({ ...run, tags: [...run.tags, tag] }));
      await Promise.all(tags.map(add));
      ensureEqual((await records.readRun(FLOW, RUN))?.tags.toSorted(), tags.toSorted(), "the tags were");
      await ensureRejects(
        records.updateRun(FLOW, "absent", (run) => run),
        "changing an absent run",
      );
    },
  },
  {
    name: "flows are listed by name, once",
    async check(records) {
      ensureEqual(await records.listFlows(), [], "without runs there were");
      for (const flow of ["b", "A", "b"])
        await records.createRun(exampleRun({ flow, runId: `${flow}-${Math.random()}` }));
      ensureEqual(await records.listFlows(), ["A", "b"], "there were");
    },
  },
  {
    name: "runs with strange names are told apart",
    async check(records) {
      for (const runId of STRANGE) await records.createRun(exampleRun({ runId }));
      for (const runId of STRANGE) ensureEqual((await records.readRun(FLOW, runId))?.runId, runId, "the run was");
      ensureEqual(
        (await allPages((cursor) => records.listRuns(FLOW, { cursor }))).toSorted(),
        STRANGE.toSorted(),
        "listed were",
      );
    },
  },
  {
    name: "the last heartbeat counts",
    async check(records, again) {
      ensureEqual(await records.readHeartbeat(FLOW, RUN), null, "before the first there was");
      for (const at of [1, 2, 3]) await records.writeHeartbeat(FLOW, RUN, beat(at));
      ensureEqual(await (await again()).readHeartbeat(FLOW, RUN), beat(3), "it was");
      ensureEqual(await records.readHeartbeat(FLOW, "other"), null, "that of another run was");
    },
  },
];
