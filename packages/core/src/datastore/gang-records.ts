import type { Datastore } from "../contracts/datastore.js";
import type { GangRef } from "../contracts/gang.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { StorageVersion } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import type { FormatCheck } from "./format-marker.js";
import { encodeName, gangKey, gangResultKey, gangResultsPrefix, STORAGE_VERSION, tasksPrefix } from "./key-layout.js";
import { listAll } from "./list-all.js";
import { mapBounded } from "./map-bounded.js";
import { parseKey } from "./parse-key.js";
import { putIfAbsent } from "./put-if-absent.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";
import { decodeTaskRecord } from "./task-records.js";

type GangRecords = Pick<RecordStore, "saveGangResult" | "readGangResult" | "commitGang" | "completeGang">;

/** Which start of a gang counts. Written once, when all of its results are there: that is the gang's commit. */
interface GangCommit {
  readonly version: StorageVersion;
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly start: string;
}

/** Records that are written at the same time. */
const CONCURRENCY = 32;

export function createGangRecords(
  datastore: Datastore,
  format: FormatCheck,
  { commitTask }: Pick<RecordStore, "commitTask">,
): GangRecords {
  const readCommit = async (gang: GangRef): Promise<string | null> => {
    const { flow, runId, step } = gang;
    const task = controlOf(gang);
    const key = gangKey(gang, task);
    await format.check();
    const found = await datastore.get(key);
    if (found === null) return null;
    const shape = { same: { flow, runId, step, task }, types: { start: "string" } } as const;
    return decodeRecord<GangCommit>(datastore, key, found, shape).start;
  };

  const isComplete = async (gang: GangRef, start: string): Promise<boolean> => {
    const { keys } = await listAll(datastore, gangResultsPrefix(gang, controlOf(gang), start));
    const there = new Set(keys.map(parseKey).map((parsed) => (parsed?.kind === "gangResult" ? parsed.member : null)));
    return gang.tasks.every((task) => there.has(task));
  };

  const readGangResult: GangRecords["readGangResult"] = async (gang, start, task) => {
    const key = gangResultKey(gang, controlOf(gang), start, task);
    await format.check();
    const found = await datastore.get(key);
    if (found === null) return null;
    const { flow, runId, step } = gang;
    return decodeTaskRecord(datastore, key, found, { flow, runId, step, task, status: "successful" });
  };

  /** The records of a gang's tasks follow from its commit; whoever comes first writes them. */
  const writeRecords = async (gang: GangRef, start: string): Promise<void> => {
    const prefix = `${tasksPrefix(gang.flow, gang.runId, gang.step)}${encodeName("task", commonStart(gang.tasks))}`;
    const { keys } = await listAll(datastore, prefix);
    const there = new Set(keys.map(parseKey).map((parsed) => (parsed?.kind === "task" ? parsed.task : null)));
    const missing = gang.tasks.filter((task) => !there.has(task));
    await mapBounded(missing, CONCURRENCY, async (task) => {
      const result = await readGangResult(gang, start, task);
      if (result === null) throw resultMissing(datastore, gangResultKey(gang, controlOf(gang), start, task));
      await commitTask(result);
    });
  };

  return {
    readGangResult,
    async saveGangResult(gang, start, record) {
      await format.check();
      await datastore.put(gangResultKey(gang, controlOf(gang), start, record.task), encodeRecord(record));
    },
    async commitGang(gang, start) {
      await format.check();
      if (!(await isComplete(gang, start))) return null;
      const { flow, runId, step } = gang;
      const task = controlOf(gang);
      const commit: GangCommit = { version: STORAGE_VERSION, flow, runId, step, task, start };
      const isFirst = await putIfAbsent(datastore, gangKey(gang, task), encodeRecord(commit));
      const counts = isFirst ? start : ((await readCommit(gang)) ?? start);
      await writeRecords(gang, counts);
      return counts;
    },
    async completeGang(gang) {
      const start = await readCommit(gang);
      if (start === null) return false;
      await writeRecords(gang, start);
      return true;
    },
  };
}

function resultMissing({ root }: Datastore, key: string): Error {
  return errors.RECORD_MISSING({ key, root });
}

function controlOf({ tasks: [control] }: GangRef): string {
  if (control === undefined) throw new TypeError("A gang has at least one task.");
  return control;
}

/** What all of the texts begin with. */
function commonStart([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
