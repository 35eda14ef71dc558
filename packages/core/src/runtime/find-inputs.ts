import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { commonPrefix, parseTaskId, taskId } from "../graph/addresses.js";
import { branchNumbers } from "./progress.js";
import { stepOf } from "./region.js";

/** The records of one run, as the search below needs them. */
export interface InputSource {
  readonly graph: FlowGraph;
  readonly records: RecordStore;
  readonly runId: string;
}

/**
 * Finds the tasks that lead to a task from the records alone, so that any process can start anywhere. A join's
 * inputs come in the order of its branches or items.
 *
 * @throws INPUTS_NOT_FOUND where one of them has not ended yet.
 */
export async function findInputs(source: InputSource, task: TaskRef): Promise<readonly TaskRef[]> {
  const { graph } = source;
  const node = stepOf(graph, task.step);
  if (task.step === graph.start) return [];
  if (!node.isJoin) {
    const [found] = await firstArrivals(source, node, node.previous, [task.address]);
    if (found === undefined) throw missing(source, task, node.previous);
    return [found];
  }
  const split = stepOf(graph, node.split ?? "");
  const found =
    split.transition.kind === "split"
      ? await branchArrivals(source, node, split, task)
      : await itemArrivals(source, node, split, task);
  return found.map((ref, place) => {
    if (ref === undefined) throw missing(source, task, [`${split.name} (input ${place})`]);
    return ref;
  });
}

async function branchArrivals(
  source: InputSource,
  join: StepNode,
  split: StepNode,
  task: TaskRef,
): Promise<readonly (TaskRef | undefined)[]> {
  const numbers = branchNumbers(source.graph, split, join.name);
  const found: (TaskRef | undefined)[] = [];
  for (const branch of split.next.keys()) {
    const steps = join.previous.filter((name) => numbers.get(name) === branch);
    const [arrival] = await firstArrivals(source, join, steps, [task.address]);
    found.push(arrival);
  }
  return found;
}

async function itemArrivals(
  source: InputSource,
  join: StepNode,
  split: StepNode,
  task: TaskRef,
): Promise<readonly (TaskRef | undefined)[]> {
  const { graph, records, runId } = source;
  const id = taskId(graph, split.name, task.address);
  const record = await records.readTask(graph.flow, runId, split.name, id);
  const taken = record?.transition;
  if (taken?.kind !== "foreach" && taken?.kind !== "parallel") throw missing(source, task, [split.name]);
  const prefixes = Array.from({ length: taken.splits }, (_, index) => [...task.address, index]);
  return firstArrivals(source, join, join.previous, prefixes);
}

/** For each wanted address, the task of one of the steps whose transition led to `node` there. */
async function firstArrivals(
  source: InputSource,
  node: StepNode,
  steps: readonly string[],
  addresses: readonly TaskAddress[],
): Promise<(TaskRef | undefined)[]> {
  const found: (TaskRef | undefined)[] = new Array(addresses.length).fill(undefined);
  for (const name of steps) {
    const previous = stepOf(source.graph, name);
    const open = [...found.keys()].filter((k) => found[k] === undefined);
    const candidates = open.map((k) => predecessorPrefix(previous, node, addresses[k] ?? []));
    const records = await candidateRecords(source, previous, candidates);
    for (const [position, k] of open.entries()) {
      const record = records[position];
      if (record != null && leadsTo(record, node, addresses[k] ?? []))
        found[k] = { step: name, address: addressOf(source.graph, record) };
    }
  }
  return found;
}

/**
 * The part of a predecessor's address that is known from the address it led to; null where it cannot have led
 * there. Frames that it leaves out are loops that were left.
 */
function predecessorPrefix(previous: StepNode, node: StepNode, address: TaskAddress): TaskAddress | null {
  const common = commonPrefix(previous.scope, node.scope);
  if (previous.backTo.includes(node.name)) {
    const iteration = address[node.scope.length - 1] ?? 0;
    return iteration === 0 ? null : [...address.slice(0, node.scope.length - 1), iteration - 1];
  }
  const entered = node.scope.slice(common);
  const fresh = entered.every((frame, k) => frame.kind === "foreach" || address[common + k] === 0);
  if (!fresh) return null;
  // The items of a join's foreach stand in the wanted address beyond the join's own scope.
  return node.isJoin ? address : address.slice(0, common);
}

/** For each prefix, the record of the only task of `previous` that may have led on from there. */
async function candidateRecords(
  { graph, records, runId }: InputSource,
  previous: StepNode,
  prefixes: readonly (TaskAddress | null)[],
): Promise<readonly (TaskRecord | null)[]> {
  const isWhole = (prefix: TaskAddress): boolean => prefix.length === previous.scope.length;
  const leavesLoops = prefixes.some((prefix) => prefix !== null && !isWhole(prefix));
  const lastIds = leavesLoops
    ? lastBelow(graph, previous, await records.listTasks(graph.flow, runId, previous.name))
    : null;
  const ids = prefixes.map((prefix) => {
    if (prefix === null) return null;
    return isWhole(prefix) ? taskId(graph, previous.name, prefix) : (lastIds?.get(prefix.join()) ?? null);
  });
  const wanted = ids.filter((id) => id !== null).map((task) => ({ step: previous.name, task }));
  const read = await records.readTasks(graph.flow, runId, wanted);
  let at = 0;
  return ids.map((id) => (id === null ? null : (read[at++] ?? null)));
}

/** By leading part of an address: the id of the last task below it, which is the iteration that left the loops. */
function lastBelow(graph: FlowGraph, previous: StepNode, ids: readonly string[]): ReadonlyMap<string, string> {
  const last = new Map<string, string>();
  for (const id of ids) {
    const address = parseTaskId(graph, previous.name, id) ?? [];
    for (const depth of address.keys()) last.set(address.slice(0, depth).join(), id);
  }
  return last;
}

function addressOf(graph: FlowGraph, record: TaskRecord): TaskAddress {
  return parseTaskId(graph, record.step, record.task) ?? [];
}

/** Whether the task led to that address of the step: a foreach leads to as many as it had items. */
function leadsTo({ transition: taken }: TaskRecord, node: StepNode, address: TaskAddress): boolean {
  if (taken === null || taken.kind === "end") return false;
  if (taken.kind === "split") return taken.targets.includes(node.name);
  if (taken.target !== node.name) return false;
  return (taken.kind !== "foreach" && taken.kind !== "parallel") || lastItem(node, address) < taken.splits;
}

/** The item that the address names in the foreach that the step begins; a loop may begin with it too. */
function lastItem(node: StepNode, address: TaskAddress): number {
  return address[node.scope.findLastIndex(({ kind }) => kind === "foreach")] ?? 0;
}

function missing(source: InputSource, task: TaskRef, expected: readonly string[]): Error {
  const { graph, runId } = source;
  return errors.INPUTS_NOT_FOUND(
    { task: `${task.step}/${taskId(graph, task.step, task.address)}`, expected },
    { where: { flow: graph.flow, run: runId, step: task.step } },
  );
}
