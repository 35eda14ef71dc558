import type { FlowGraph } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { RunRecord, TaskRecord } from "../contracts/records.js";

/** An earlier run whose results may be taken over. */
export interface Origin {
  readonly runId: string;
  /** Whether there may be a result that still counts; cheap to ask for many tasks of a step. */
  has(step: string, task: string): Promise<boolean>;
  /** Writes what the end of the run kept from being written of a gang that is committed. To be called before `has`. */
  complete(step: string, tasks: readonly string[]): Promise<void>;
  read(step: string, task: string): Promise<TaskRecord | null>;
  /** The task whose result the run had under that name, itself or taken over: `Flow/run/step/task`. */
  resultOf(name: string): Promise<string | null>;
}

/** The task that first came to a result. */
export function sourceOf({ originPathspec, flow, runId, step, task }: TaskRecord): string {
  return originPathspec ?? `${flow}/${runId}/${step}/${task}`;
}

/**
 * The run that is resumed, then the one that it resumed, and so on: a resume that ended before it came to take over
 * everything costs nothing. Steps that one of them was told to run again are not taken from those before it.
 */
export async function originsOf(
  records: RecordStore,
  graph: FlowGraph,
  origin: RunRecord,
  fromStep: string | null,
): Promise<readonly Origin[]> {
  const origins: Origin[] = [];
  const rerun = new Set<string>();
  let step = fromStep;
  for (let run: RunRecord | null = origin; run !== null; ) {
    if (step !== null) for (const each of stepsFrom(graph, step)) rerun.add(each);
    origins.push(createOrigin(records, run, new Set(rerun)));
    step = run.origin?.step ?? null;
    run = run.origin === null ? null : await records.readRun(run.flow, run.origin.runId);
  }
  return origins;
}

function createOrigin(records: RecordStore, { flow, runId }: RunRecord, rerun: ReadonlySet<string>): Origin {
  const listed = new Map<string, Promise<Set<string>>>();
  const results = new Map<string, Promise<string | null>>();
  const list = async (step: string): Promise<Set<string>> =>
    new Set(rerun.has(step) ? [] : await records.listTasks(flow, runId, step));
  const listOnce = (step: string): Promise<Set<string>> => {
    const tasks = listed.get(step) ?? list(step);
    listed.set(step, tasks);
    return tasks;
  };
  const read = (step: string, task: string): Promise<TaskRecord | null> => records.readTask(flow, runId, step, task);
  const result = async (name: string): Promise<string | null> => {
    const [step = "", task = ""] = name.split("/");
    const record = await read(step, task);
    return record === null ? null : sourceOf(record);
  };
  return {
    runId,
    read,
    async complete(step, tasks) {
      if (rerun.has(step) || !(await records.completeGang({ flow, runId, step, tasks }))) return;
      const known = await listOnce(step);
      for (const task of tasks) known.add(task);
    },
    has: async (step, task) => (await listOnce(step)).has(task),
    resultOf(name) {
      const found = results.get(name) ?? result(name);
      results.set(name, found);
      return found;
    },
  };
}

/** The step, and every step that can be reached from it. */
function stepsFrom(graph: FlowGraph, first: string): ReadonlySet<string> {
  const found = new Set([first]);
  // The set grows while it is walked through.
  for (const name of found) for (const next of graph.steps[name]?.next ?? []) found.add(next);
  return found;
}
