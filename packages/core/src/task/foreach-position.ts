import type { ForeachStackEntry } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { ForeachPosition, LoopPosition, TaskRecord } from "../contracts/records.js";
import type { ItemChunk } from "../contracts/transition.js";
import { taskId } from "../graph/addresses.js";
import type { ArtifactLoader } from "./artifact-io.js";
import { findChunk, loadItem } from "./foreach-items.js";
import type { RunContext, TaskSpec } from "./task-context.js";

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
  readonly splits: RunContext["splits"];
}

/**
 * Finds out where a task lies. The records of the splits around it are read for every step: whether it asks for
 * `this.input` shows only when it runs, and then it cannot wait.
 */
export async function loadPosition(source: PositionSource): Promise<TaskPosition> {
  const { graph, node, spec, loader } = source;
  const frames = node.scope.map((frame, k) => ({ ...frame, value: spec.address[k] ?? 0, depth: k }));
  const loops = frames.filter((f) => f.kind === "loop").map((f) => ({ step: f.step, iteration: f.value }));
  const around = frames.filter((f) => f.kind === "foreach");
  const innermost = around.at(-1);
  const innermostStep = innermost === undefined ? undefined : graph.steps[innermost.step];
  const isItemStep = innermostStep?.next.includes(node.name) === true && !node.isJoin;
  const splitRecords = await readSplits(source, around);
  const foreach = around.map(({ step, value }, k) => ({ step, index: value, splits: splitsOf(splitRecords[k]) ?? 0 }));
  const itemOf = (k: number): unknown => {
    if (graph.steps[around[k]?.step ?? ""]?.transition.kind === "parallel") return foreach[k]?.index;
    const chunks = itemsOf(splitRecords[k]);
    return chunks === undefined ? undefined : loadItem(chunks, foreach[k]?.index ?? 0, loader);
  };
  const innermostItems = itemsOf(splitRecords.at(-1));
  if (isItemStep && innermostItems !== undefined) {
    await loader.prefetch([[`item ${innermost?.value}`, findChunk(innermostItems, innermost?.value ?? 0).ref]]);
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

/** Records of splits that a process keeps: all tasks of a foreach need the same one. */
const KEPT_SPLITS = 64;

/** The split's own record is the input of an item step; others are read, once in a process as long as they are used. */
async function readSplits(
  { graph, records, runId, spec, inputs, splits }: PositionSource,
  around: readonly { step: string; depth: number }[],
): Promise<readonly (TaskRecord | undefined)[]> {
  const wanted = around.map(({ step, depth }) => ({ step, task: taskId(graph, step, spec.address.slice(0, depth)) }));
  const keyOf = (ref: { step: string; task: string }): string => `${ref.step}/${ref.task}`;
  const given = new Map(inputs.map((record) => [keyOf(record), record]));
  const missing = wanted.filter((ref) => !given.has(keyOf(ref)) && !splits.has(keyOf(ref)));
  for (const record of await records.readTasks(graph.flow, runId, missing)) {
    if (record !== null) given.set(keyOf(record), record);
  }
  return wanted.map((ref) => {
    const key = keyOf(ref);
    const found = given.get(key) ?? splits.get(key);
    // Last in is last out: what is used stays.
    splits.delete(key);
    if (found !== undefined) splits.set(key, found);
    const [oldest] = splits.keys();
    if (splits.size > KEPT_SPLITS && oldest !== undefined) splits.delete(oldest);
    return found;
  });
}

function splitsOf(record: TaskRecord | undefined): number | undefined {
  const taken = record?.transition;
  return taken?.kind === "foreach" || taken?.kind === "parallel" ? taken.splits : undefined;
}

function itemsOf(record: TaskRecord | undefined): readonly ItemChunk[] | undefined {
  const taken = record?.transition;
  return taken?.kind === "foreach" ? taken.items : undefined;
}
