import type { MergeOptions } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskRecord } from "../contracts/records.js";
import type { ArtifactRef } from "../contracts/serializer.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { bindStepContext } from "../flow/flow-spec.js";
import { isInputs } from "../flow/inputs.js";
import { taskId } from "../graph/addresses.js";
import type { SecretMask } from "../secrets/secret-mask.js";
import { type ArtifactLoader, createArtifactLoader, storeArtifact } from "./artifact-io.js";
import { type BoundArtifacts, bindArtifacts, type Outcome } from "./bind-artifacts.js";
import { bindInputs } from "./bind-inputs.js";
import { storeItems } from "./foreach-items.js";
import { foreachStack, loadPosition, type TaskPosition } from "./foreach-position.js";
import { mergeArtifacts } from "./merge-artifacts.js";
import { refuseSecrets } from "./refuse-secrets.js";
import { type ChosenTransition, staticNext, takeTransition } from "./take-transition.js";
import type { LoadedCode, RunContext, TaskSpec } from "./task-context.js";

/** An attempt before its step's code runs. */
export interface PreparedTask {
  readonly spec: TaskSpec;
  readonly node: StepNode;
  readonly task: string;
  readonly position: TaskPosition;
  readonly instance: object;
  readonly artifacts: BoundArtifacts;
  readonly loader: ArtifactLoader;
  readonly argument: readonly unknown[];
  /** Whether the step's own code ran to its end; when it did not, its transition is taken without it. */
  completed: boolean;
  /** The arguments of the step's `this.next(...)`; null until it was called. */
  nextCall: readonly unknown[] | null;
}

/** Loads what an attempt needs and makes the instance that its step runs on. */
export async function prepareTask(context: RunContext, code: LoadedCode, spec: TaskSpec): Promise<PreparedTask> {
  const { graph, run, records } = context;
  const node = graph.steps[spec.step];
  if (node === undefined) throw errors.STEP_NOT_FOUND({ step: spec.step, flow: graph.flow });
  const inputs = await readInputs(context, spec);
  const loader = createArtifactLoader(context.blobs, code.serializers);
  const { splits } = context;
  const position = await loadPosition({ graph, records, runId: run.runId, node, spec, inputs, loader, splits });
  const inherited = node.isJoin ? {} : (inputs[0]?.artifacts ?? {});
  await loader.prefetch(probableReads(node, { ...inherited, ...run.parameters }, inputs));
  const instance = new code.flowClass();
  const known = context.knownNames;
  for (const field of Object.keys(instance)) known.add(field);
  const artifacts = bindArtifacts(instance, {
    step: node.name,
    lastJoin: () => lastJoin(graph, node),
    parameters: run.parameters,
    artifacts: inherited,
    keepsInitial: spec.step === graph.start,
    known,
    loader,
    serializers: code.serializers,
  });
  const argument = node.isJoin
    ? [bindInputs(inputs, Object.keys(graph.steps), known, loader)]
    : position.isItemStep
      ? [position.item()]
      : [];
  const task = taskId(graph, spec.step, spec.address);
  const prepared: PreparedTask = {
    ...{ spec, node, task, position, instance, artifacts, loader, argument },
    completed: false,
    nextCall: null,
  };
  bindStepContext(instance, {
    next: (args) => {
      if (prepared.nextCall !== null) throw errors.NEXT_TWICE({ step: node.name }, { where: { step: node.name } });
      prepared.nextCall = args;
    },
    mergeArtifacts: (given, options) => merge(prepared, inputs, given, options),
    get input() {
      return position.input();
    },
    index: position.index,
    foreachStack: () => foreachStack(position),
  });
  return prepared;
}

/** Runs the step's own code. */
export async function runStepCode(prepared: PreparedTask): Promise<void> {
  const { instance, node, argument } = prepared;
  const method = Reflect.get(instance, node.name) as (...args: readonly unknown[]) => unknown;
  await Reflect.apply(method, instance, argument);
  prepared.completed = true;
}

/** What an attempt left: everything is encoded, and checked, before the first byte is written. */
export async function storeResult(
  context: RunContext,
  code: LoadedCode,
  prepared: PreparedTask,
  secrets: SecretMask,
): Promise<{ artifacts: Record<string, ArtifactRef>; transition: TakenTransition }> {
  const { node, instance } = prepared;
  const outcomes = prepared.artifacts.collect(
    (error) => {
      throw error;
    },
    (...encoded) => refuseSecrets(...encoded, secrets),
  );
  const skipped = prepared.nextCall === null && !prepared.completed;
  const chosen = takeTransition(node, instance, skipped ? staticNext(node, instance) : prepared.nextCall);
  const transition = await storeTransition(context, code, chosen, secrets);
  return { artifacts: await storeOutcomes(context, outcomes), transition };
}

/** What can be kept of an attempt that failed. */
export async function storeRemains(
  context: RunContext,
  prepared: PreparedTask,
  secrets: SecretMask,
): Promise<Record<string, ArtifactRef>> {
  const kept = prepared.artifacts.collect(ignoreBroken, (...encoded) => refuseSecrets(...encoded, secrets));
  return storeOutcomes(context, kept);
}

const ignoreBroken = (): void => {};

async function storeOutcomes(
  context: RunContext,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<Record<string, ArtifactRef>> {
  const stored: [string, ArtifactRef][] = [];
  for (const [name, outcome] of outcomes) {
    stored.push([name, "ref" in outcome ? outcome.ref : await storeArtifact(outcome.encoded, context.blobs)]);
  }
  return Object.fromEntries(stored);
}

async function storeTransition(
  context: RunContext,
  code: LoadedCode,
  chosen: ChosenTransition,
  secrets: SecretMask,
): Promise<TakenTransition> {
  if (chosen.kind !== "foreach") return chosen;
  const { artifact, items, target } = chosen;
  const chunks = await storeItems(artifact, items, code.serializers, context.blobs, (encoded, slice) =>
    refuseSecrets(artifact, encoded, slice, secrets),
  );
  return { kind: "foreach", target, splits: items.length, items: chunks };
}

/** All tasks of a foreach have the split as their input: its record is read once in a process. */
async function readInputs(context: RunContext, spec: TaskSpec): Promise<readonly TaskRecord[]> {
  const { graph, run, records, splits } = context;
  const wanted = spec.inputs.map((ref) => ({ step: ref.step, task: taskId(graph, ref.step, ref.address) }));
  const known = wanted.map(({ step, task }) => splits.get(`${step}/${task}`));
  const read = await records.readTasks(
    graph.flow,
    run.runId,
    wanted.filter((_, k) => known[k] === undefined),
  );
  const found = read.values();
  return known.map((record, k) => {
    const input = record ?? found.next().value;
    if (input) return input;
    const expected = [`${wanted[k]?.step}/${wanted[k]?.task}`];
    throw errors.INPUTS_NOT_FOUND({ task: `${spec.step}/${taskId(graph, spec.step, spec.address)}`, expected });
  });
}

function lastJoin({ steps }: FlowGraph, node: StepNode): string | null {
  const seen = new Set<string>();
  const pending = [node];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (next.isJoin) return next.name;
    if (seen.has(next.name)) continue;
    seen.add(next.name);
    pending.push(...next.previous.flatMap((name) => steps[name] ?? []));
  }
  return null;
}

function* probableReads(
  node: StepNode,
  own: Readonly<Record<string, ArtifactRef>>,
  inputs: readonly TaskRecord[],
): Iterable<readonly [string, ArtifactRef]> {
  for (const name of node.reads) {
    const ref = Object.hasOwn(own, name) ? own[name] : undefined;
    if (ref !== undefined) yield [name, ref];
  }
  if (!node.isJoin) return;
  for (const { artifacts } of inputs) {
    for (const name of node.inputReads) {
      const ref = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
      if (ref !== undefined) yield [name, ref];
    }
  }
}

function merge(
  { node, artifacts }: PreparedTask,
  inputs: readonly TaskRecord[],
  given: unknown,
  options: MergeOptions,
): void {
  if (!node.isJoin) throw errors.MERGE_OUTSIDE_JOIN({ step: node.name }, { where: { step: node.name } });
  if (!isInputs(given)) throw errors.MERGE_INPUTS({ step: node.name }, { where: { step: node.name } });
  mergeArtifacts({ step: node.name, has: artifacts.has, inherit: artifacts.inherit }, inputs, options);
}
