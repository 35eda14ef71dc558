import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import { bindStepContext } from "../flow/flow-spec.js";
import { createInputs } from "../flow/inputs.js";
import { successorAddress, taskId } from "../graph/addresses.js";

/** What a run of a flow must come to: its tasks, by `step/id`, with their artifacts. */
export type ReferenceTasks = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

interface Pending extends TaskRef {
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly item?: unknown;
  readonly inputs?: readonly Arrival[];
}

interface Arrival extends TaskRef {
  readonly artifacts: Readonly<Record<string, unknown>>;
}

/**
 * Runs a flow of synchronous steps in this process, one task after the other, with nothing but values in memory: what
 * schedulers, datastores and backends are compared with. Throws when a task comes up twice or a join never fills.
 */
export function referenceRun(definition: FlowDefinition, graph: FlowGraph, maxTasks = 10_000): ReferenceTasks {
  const run = new ReferenceRun(definition, graph, maxTasks);
  run.start();
  return run.tasks;
}

class ReferenceRun {
  readonly tasks = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #queue: Pending[] = [];
  readonly #waiting = new Map<string, Arrival[]>();
  readonly #splits = new Map<string, number>();

  readonly #definition: FlowDefinition;
  readonly #graph: FlowGraph;
  readonly #maxTasks: number;

  constructor(definition: FlowDefinition, graph: FlowGraph, maxTasks: number) {
    this.#definition = definition;
    this.#graph = graph;
    this.#maxTasks = maxTasks;
  }

  start(): void {
    this.#queue.push({ step: this.#graph.start, address: [], artifacts: this.#definition.fields });
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) this.#execute(task);
    if (this.#waiting.size > 0) throw new Error(`Joins wait for ever: ${[...this.#waiting.keys()].join(", ")}`);
  }

  #execute(task: Pending): void {
    const key = this.#key(task);
    if (this.tasks.has(key)) throw new Error(`Task ${key} came up twice.`);
    if (this.tasks.size >= this.#maxTasks) throw new Error(`More than ${this.#maxTasks} tasks.`);
    const instance = Object.create(this.#definition.flowClass.prototype) as Record<string, unknown>;
    Object.assign(instance, structuredClone(task.artifacts));
    const ignore = () => {};
    bindStepContext(instance, {
      next: ignore,
      mergeArtifacts: ignore,
      input: task.item,
      index: undefined,
      foreachStack: () => [],
    });
    const node = this.#node(task.step);
    const inputs = task.inputs && createInputs(task.inputs, Object.keys(this.#graph.steps));
    const method = this.#definition.steps[task.step]?.method as (argument: unknown) => void;
    method.call(instance, node.isJoin ? inputs : task.item);
    const artifacts = { ...instance };
    this.tasks.set(key, artifacts);
    this.#leadOn({ ...task, artifacts }, node);
  }

  #leadOn(task: Pending, node: StepNode): void {
    const { transition } = node;
    if (transition.kind === "foreach") {
      const items = task.artifacts[transition.artifact] as readonly unknown[];
      this.#splits.set(this.#key(task), items.length);
      items.forEach((item, index) => {
        this.#queue.push({ ...this.#successor(task, transition.target, index), item });
      });
    } else if (transition.kind === "parallel") {
      const nodes = transition.numParallel ?? Number(task.artifacts[transition.artifact ?? ""]);
      this.#splits.set(this.#key(task), nodes);
      for (let node = 0; node < nodes; node += 1) {
        this.#queue.push({ ...this.#successor(task, transition.target, node), item: node });
      }
    } else if (transition.kind === "switch") {
      const value = String(task.artifacts[transition.condition]);
      const target = transition.cases.find((one) => one.value === value)?.target ?? transition.fallback;
      if (target === null) throw new Error(`No case for '${value}' in ${task.step}.`);
      this.#arrive(task, target);
    } else {
      for (const target of node.next) this.#arrive(task, target);
    }
  }

  #successor(task: Pending, target: string, index?: number): Pending {
    const address = successorAddress(this.#graph, task, target, index);
    // A task keeps its item for as long as it is in the foreach.
    return { step: target, address, artifacts: task.artifacts, item: task.item };
  }

  #arrive(task: Pending, target: string): void {
    const successor = this.#successor(task, target);
    const { isJoin, split } = this.#node(target);
    if (!isJoin || split === null) {
      this.#queue.push(successor);
      return;
    }
    const key = this.#key(successor);
    const inputs = [
      ...(this.#waiting.get(key) ?? []),
      { step: task.step, address: task.address, artifacts: task.artifacts },
    ];
    this.#waiting.set(key, inputs);
    const splitNode = this.#node(split);
    const splitTask = this.#key({ step: split, address: successor.address.slice(0, splitNode.scope.length) });
    const expected = this.#splits.get(splitTask) ?? splitNode.next.length;
    if (inputs.length !== expected) return;
    this.#waiting.delete(key);
    const depth = splitNode.scope.length;
    inputs.sort((one, other) => (one.address[depth] ?? 0) - (other.address[depth] ?? 0));
    const { item: _, ...join } = successor;
    this.#queue.push({ ...join, artifacts: {}, inputs });
  }

  #node(step: string): StepNode {
    const node = this.#graph.steps[step];
    if (node === undefined) throw new Error(`No step ${step}.`);
    return node;
  }

  #key({ step, address }: TaskRef): string {
    return `${step}/${taskId(this.#graph, step, address)}`;
  }
}
