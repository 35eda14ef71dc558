import type { ForeachStackEntry } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { ForeachPosition, LoopPosition, TaskRecord } from "../contracts/records.js";
import type { ItemChunk } from "../contracts/transition.js";
import { taskId } from "../graph/addresses.js";
import type { ArtifactLoader } from "./artifact-io.js";
import { findChunk, loadItem } from "./foreach-items.js";
import type { TaskSpec } from "./task-context.js";

/** Where a task lies among the foreaches and loops around it. */
export interface TaskPosition {
  readonly foreach: readonly ForeachPosition[];
  readonly loops: readonly LoopPosition[];
  /** Index in the innermost foreach; undefined outside of one. */
  readonly index: number | undefined;
  /** True for the step that a foreach leads to: its parameter is the item. */
  readonly isItemStep: boolean;
  /** The item of the innermost foreach, decoded anew; only for an item step. */
  item(): unknown;
  /** The same for every step, decoded once; undefined outside a foreach. */
  input(): unknown;
  /** The items of the foreaches around, outermost first; undefined where an item is not at hand. */
  items(): readonly unknown[];
}

interface PositionSource {
  readonly graph: FlowGraph;
  readonly records: RecordStore;
  readonly runId: string;
  readonly node: StepNode;
  readonly spec: TaskSpec;
  readonly inputs: readonly TaskRecord[];
  readonly loader: ArtifactLoader;
}

/** Finds out where a task lies; reads the records of splits only where the step's source asks for items. */
export async function loadPosition(source: PositionSource): Promise<TaskPosition> {
  const { graph, node, spec, inputs, loader } = source;
  const frames = node.scope.map((frame, k) => ({ ...frame, value: spec.address[k] ?? 0, depth: k }));
  const loops = frames.filter((f) => f.kind === "loop").map((f) => ({ step: f.step, iteration: f.value }));
  const around = frames.filter((f) => f.kind === "foreach");
  const innermost = around.at(-1);
  const innermostStep = innermost === undefined ? undefined : graph.steps[innermost.step];
  const isItemStep = innermostStep?.next.includes(node.name) === true && !node.isJoin;
  const splitRecords = await readSplits(source, around, isItemStep);
  const foreach = around.map((frame, k) => ({
    step: frame.step,
    index: frame.value,
    splits: splitsOf(splitRecords[k]) ?? inputs[0]?.foreach[k]?.splits ?? 0,
  }));
  const itemOf = (k: number): unknown => {
    const chunks = itemsOf(splitRecords[k]);
    return chunks === undefined ? undefined : loadItem(chunks, foreach[k]?.index ?? 0, loader);
  };
  if (isItemStep || asksForItems(node)) {
    await loader.prefetch(
      foreach.flatMap(({ index }, k) => {
        const chunks = itemsOf(splitRecords[k]);
        return chunks === undefined ? [] : [[`item ${index}`, findChunk(chunks, index).ref] as const];
      }),
    );
  }
  let decoded: readonly unknown[] | undefined;
  const items = (): readonly unknown[] => {
    decoded ??= foreach.map((_, k) => itemOf(k));
    return decoded;
  };
  return {
    foreach,
    loops,
    index: innermost?.value,
    isItemStep,
    item: () => itemOf(foreach.length - 1),
    input: () => (foreach.length === 0 ? undefined : items().at(-1)),
    items,
  };
}

/** What `this.foreachStack()` gives. */
export function foreachStack(position: TaskPosition): readonly ForeachStackEntry[] {
  const items = position.items();
  return position.foreach.map((entry, k) => ({ ...entry, value: items[k] }));
}

function asksForItems(node: StepNode): boolean {
  return node.reads.includes("input") || node.reads.includes("foreachStack");
}

/** The split's own record is the input of an item step; others are read when the source asks for items. */
async function readSplits(
  { graph, records, runId, node, spec, inputs }: PositionSource,
  around: readonly { step: string; depth: number }[],
  isItemStep: boolean,
): Promise<readonly (TaskRecord | null | undefined)[]> {
  const wanted = around.map(({ step, depth }) => ({ step, task: taskId(graph, step, spec.address.slice(0, depth)) }));
  const found: (TaskRecord | null | undefined)[] = wanted.map((ref) =>
    inputs.find((record) => record.step === ref.step && record.task === ref.task),
  );
  const asked = [...wanted.keys()].filter((k) => asksForItems(node) || (isItemStep && k === wanted.length - 1));
  const missing = asked.filter((k) => found[k] === undefined);
  const read = await records.readTasks(
    graph.flow,
    runId,
    missing.flatMap((k) => wanted[k] ?? []),
  );
  for (const [position, k] of missing.entries()) found[k] = read[position];
  return found;
}

function splitsOf(record: TaskRecord | null | undefined): number | undefined {
  const taken = record?.transition;
  return taken?.kind === "foreach" || taken?.kind === "parallel" ? taken.splits : undefined;
}

function itemsOf(record: TaskRecord | null | undefined): readonly ItemChunk[] | undefined {
  const taken = record?.transition;
  return taken?.kind === "foreach" || taken?.kind === "parallel" ? taken.items : undefined;
}
