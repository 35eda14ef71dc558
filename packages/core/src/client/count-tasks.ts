import type { StepNode } from "../contracts/graph.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { PARALLEL_READS } from "./reader.js";
import type { RunContext } from "./run-context.js";
import { failedAttemptsOf, keyText, readTaskStates, runningKeys } from "./task-states.js";
import type { StepCounts, TaskStatus } from "./types.js";

/**
 * How many tasks of each step are where, in the order of the graph; steps that nothing happened in are left out.
 * Reads records of tasks that failed or have no end only, and lists ids only where a step may have many tasks.
 */
export async function countTasks(run: RunContext): Promise<readonly StepCounts[]> {
  const { steps } = await run.graph();
  const [successful, others] = await Promise.all([countSuccessful(run, Object.values(steps)), countOthers(run)]);
  return Object.keys(steps).flatMap((step) => {
    const of = (status: TaskStatus) => others.get(`${status} ${step}`) ?? 0;
    const counts = {
      step,
      successful: successful.get(step) ?? 0,
      failed: of("failed"),
      running: of("running"),
      dead: of("dead"),
    };
    return counts.successful + counts.failed + counts.running + counts.dead === 0 ? [] : [counts];
  });
}

async function countSuccessful(run: RunContext, steps: readonly StepNode[]): Promise<ReadonlyMap<string, number>> {
  const { flow, runId, counts } = run.record;
  const { records } = run.reader;
  const committed = new Set(await records.listSteps(flow, runId));
  const found = steps.filter(({ name }) => committed.has(name));
  const single = found.filter(({ scope }) => scope.length === 0);
  const many = found.filter(({ scope }) => scope.length > 0);
  const known = new Map(single.map(({ name }) => [name, 1]));
  const [first, second] = many;
  if (counts !== null && first !== undefined && second === undefined) {
    // The run says how many there are of all steps together.
    return known.set(first.name, counts.successful + counts.carriedOver - single.length);
  }
  const ids = await mapBounded(many, PARALLEL_READS, ({ name }) => records.listTasks(flow, runId, name));
  for (const [i, { name }] of many.entries()) known.set(name, ids[i]?.length ?? 0);
  return known;
}

/** Tasks without a committed attempt, by `status step`. */
async function countOthers(run: RunContext): Promise<ReadonlyMap<string, number>> {
  const { flow, runId } = run.record;
  const failures = await failedAttemptsOf(run);
  const running = runningKeys(run);
  const failed = new Map(failures.map((ref) => [keyText(ref), ref]));
  for (const key of running) failed.delete(keyText(key));
  const open = [...failed.values()];
  const committed = await run.reader.records.readTasks(flow, runId, open);
  const states = [
    ...open.filter((_, i) => committed[i] === null).map(({ step }) => ({ step, status: "failed" })),
    ...(await readTaskStates(run, running, failures)).filter((state) => state !== null),
  ];
  const counts = new Map<string, number>();
  for (const { step, status } of states) counts.set(`${status} ${step}`, (counts.get(`${status} ${step}`) ?? 0) + 1);
  return counts;
}
