import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import { parseTaskId, taskId } from "../graph/addresses.js";
import { findInputs } from "../runtime/find-inputs.js";
import { checkRegion, stepOf } from "../runtime/region.js";
import { type RegionName, regionOf } from "../runtime/region-name.js";
import type { RegionResult } from "../runtime/run-region.js";
import type { InProcess } from "./in-process-run.js";
import type { Pick } from "./seeded-pick.js";

/** Runs a region until it succeeded; gives the tasks that it led to. */
export type RunOneRegion = (runId: string, place: RegionName) => Promise<RegionResult["exits"]>;

/**
 * Runs a flow region by region, each chosen at random among those that may start: what an engine besides this one does,
 * which knows the tasks that are due and hands regions of them to other places. Gives the regions that were chosen.
 */
export async function runInRegions(
  flow: InProcess,
  pick: Pick,
  runRegion: RunOneRegion,
): Promise<{ runId: string; places: readonly RegionName[] }> {
  const { graph, store: records } = flow;
  const runId = await flow.init();
  const due = new Map<string, TaskRef>([[`${graph.start}/0`, { step: graph.start, address: [] }]]);
  const places: RegionName[] = [];
  while (due.size > 0) {
    const ready = new Map<string, TaskRef>();
    for (const [name, task] of due) {
      const inputs = await findInputs({ graph, records, runId }, task).catch(() => null);
      if (inputs !== null) ready.set(name, task);
    }
    const task = [...ready.values()][pick(ready.size)];
    if (task === undefined) throw new Error(`Nothing may start, and yet these are due: ${[...due.keys()].join(", ")}`);
    const possible = placesFor(graph, task, ready);
    const place = possible[pick(possible.length)];
    if (place === undefined) throw new Error(`No region begins at ${task.step}.`);
    places.push(place);
    for (const exit of await runRegion(runId, place)) {
      const address = parseTaskId(graph, exit.step, exit.task) ?? [];
      due.set(`${exit.step}/${exit.task}`, { step: exit.step, address });
    }
    for (const name of (await flow.records(runId)).keys()) due.delete(name);
  }
  return { runId, places };
}

/** The regions that may begin with the task: alone, a chain or more of any length, a whole loop, a batch of items. */
function placesFor(graph: FlowGraph, task: TaskRef, ready: ReadonlyMap<string, TaskRef>): RegionName[] {
  const { step: entry } = task;
  const { scope } = stepOf(graph, entry);
  const whole = { entry, steps: null, until: null, address: "", items: null };
  const places: RegionName[] = [{ ...whole, steps: [entry], address: idPrefix(graph, task, scope.length) }];
  const frame = scope.findLastIndex(({ kind }) => kind === "foreach");
  for (const until of [null, ...Object.keys(graph.steps)]) {
    for (const depth of [...scope.keys(), scope.length]) {
      places.push({ ...whole, until, address: idPrefix(graph, task, depth) });
    }
    if (frame !== -1) {
      const items = batchAround(graph, task, frame, ready);
      places.push({ ...whole, until, address: idPrefix(graph, task, frame), items });
    }
  }
  return places.filter((place) => isRegion(graph, place));
}

function isRegion(graph: FlowGraph, place: RegionName): boolean {
  try {
    checkRegion(graph, regionOf(graph, place));
    return true;
  } catch {
    return false;
  }
}

/** The leading part of a task's id, as `--address` takes it. */
function idPrefix(graph: FlowGraph, { step, address }: TaskRef, depth: number): string {
  return depth === 0 ? "" : taskId(graph, step, address).split("-").slice(0, depth).join("-");
}

/** The items next to the task's own that may start too. */
function batchAround(
  graph: FlowGraph,
  { step, address }: TaskRef,
  frame: number,
  ready: ReadonlyMap<string, TaskRef>,
): { from: number; to: number } {
  const own = address[frame] ?? 0;
  const isReady = (item: number): boolean =>
    item >= 0 && ready.has(`${step}/${taskId(graph, step, address.with(frame, item))}`);
  let from = own;
  let to = own + 1;
  while (isReady(from - 1)) from -= 1;
  while (isReady(to)) to += 1;
  return { from, to };
}
