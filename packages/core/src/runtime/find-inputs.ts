import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { parseTaskId, taskId } from "../graph/addresses.js";
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

/**
 * For each wanted address, the task of one of the steps whose transition led to `node` there. One candidate that
 * has no loop of its own needs no reading: nothing else can have led there.
 */
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
      const record = records[position]?.find((candidate) => leadsTo(candidate, node.name));
      if (record !== undefined) found[k] = { step: name, address: addressOf(source.graph, record) };
    }
  }
  return found;
}

/**
 * The part of a predecessor's address that is known from the address it led to; null where it cannot have led
 * there. Frames that it leaves out are loops that were left.
 */
function predecessorPrefix(previous: StepNode, node: StepNode, address: TaskAddress): TaskAddress | null {
  const common = commonFrames(previous, node);
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

function commonFrames(a: StepNode, b: StepNode): number {
  let common = 0;
  while (
    common < a.scope.length &&
    a.scope[common]?.kind === b.scope[common]?.kind &&
    a.scope[common]?.step === b.scope[common]?.step
  ) {
    common += 1;
  }
  return common;
}

async function candidateRecords(
  source: InputSource,
  previous: StepNode,
  prefixes: readonly (TaskAddress | null)[],
): Promise<readonly (readonly TaskRecord[])[]> {
  const { graph, records, runId } = source;
  const exact = prefixes.map((prefix) =>
    prefix !== null && prefix.length === previous.scope.length ? taskId(graph, previous.name, prefix) : null,
  );
  const wanted = exact.filter((id) => id !== null).map((task) => ({ step: previous.name, task }));
  const read = await records.readTasks(graph.flow, runId, wanted);
  let at = 0;
  const found = exact.map((id) => (id === null ? null : (read[at++] ?? null)));
  const needsSearch = prefixes.some((prefix) => prefix !== null && prefix.length < previous.scope.length);
  const ids = needsSearch ? await records.listTasks(graph.flow, runId, previous.name) : [];
  return Promise.all(
    prefixes.map(async (prefix, k) => {
      const record = found[k];
      if (record !== null && record !== undefined) return [record];
      if (prefix === null || prefix.length === previous.scope.length) return [];
      return lastBelow(source, previous, prefix, ids);
    }),
  );
}

/** The record of the last iteration below the prefix: the one that left the loop. */
async function lastBelow(
  source: InputSource,
  previous: StepNode,
  prefix: TaskAddress,
  ids: readonly string[],
): Promise<readonly TaskRecord[]> {
  const last = ids.findLast((id) => {
    const address = parseTaskId(source.graph, previous.name, id);
    return prefix.every((part, k) => address?.[k] === part);
  });
  if (last === undefined) return [];
  const record = await source.records.readTask(source.graph.flow, source.runId, previous.name, last);
  return record === null ? [] : [record];
}

function addressOf(graph: FlowGraph, record: TaskRecord): TaskAddress {
  return parseTaskId(graph, record.step, record.task) ?? [];
}

function leadsTo(record: TaskRecord, step: string): boolean {
  const taken = record.transition;
  if (taken === null || taken.kind === "end") return false;
  return taken.kind === "split" ? taken.targets.includes(step) : taken.target === step;
}

function missing(source: InputSource, task: TaskRef, expected: readonly string[]): Error {
  const { graph, runId } = source;
  return errors.INPUTS_NOT_FOUND(
    { task: `${task.step}/${taskId(graph, task.step, task.address)}`, expected },
    { where: { flow: graph.flow, run: runId, step: task.step } },
  );
}
