import type { ScopeFrame } from "../contracts/graph.js";
import type { FlowShape, Shape } from "./flow-shapes.js";

/** A frame whose step may still get its name. */
interface PlannedFrame {
  readonly kind: ScopeFrame["kind"];
  step: PlannedStep;
}

export type PlannedTransition =
  | { readonly kind: "linear" | "split"; readonly targets: readonly PlannedStep[] }
  | { readonly kind: "foreach"; readonly targets: readonly PlannedStep[]; readonly items: number }
  | { readonly kind: "parallel"; readonly targets: readonly PlannedStep[]; readonly nodes: number }
  | { readonly kind: "switch"; readonly targets: readonly PlannedStep[]; readonly fallback: boolean }
  /** The first target is taken until the loop has run that often, then the second. */
  | { readonly kind: "loop"; readonly targets: readonly PlannedStep[]; readonly times: number }
  | { readonly kind: "end"; readonly targets: readonly [] };

/** A step of a flow that is yet to be written. */
export interface PlannedStep {
  name: string;
  /** `branches` and `items`: the inputs of a static split's join and of a foreach's. */
  takes: "nothing" | "item" | "branches" | "items";
  transition: PlannedTransition;
  readonly scope: readonly PlannedFrame[];
  isLoopHead: boolean;
}

/** The steps of a flow of the given shape, the last one first. */
export function planFlow({ shape, mergedStart, mergedJoins }: FlowShape): readonly PlannedStep[] {
  const planner = new Planner(mergedJoins);
  const end = planner.add("end", []);
  end.name = "end";
  const first = planner.plan(shape, end, []);
  const start = mergedStart && !first.isLoopHead ? first : planner.add("start", [], linear(first));
  start.name = "start";
  return planner.steps;
}

/** The scope that the graph should find. */
export function expectedScope(step: PlannedStep): readonly ScopeFrame[] {
  return step.scope.map((frame) => ({ kind: frame.kind, step: frame.step.name }));
}

function linear(target: PlannedStep): PlannedTransition {
  return { kind: "linear", targets: [target] };
}

class Planner {
  readonly steps: PlannedStep[] = [];
  readonly #mergedJoins: boolean;

  constructor(mergedJoins: boolean) {
    this.#mergedJoins = mergedJoins;
  }

  add(
    kind: string,
    scope: readonly PlannedFrame[],
    transition: PlannedTransition = { kind: "end", targets: [] },
  ): PlannedStep {
    const name = `${kind}${this.steps.length}`;
    const step: PlannedStep = { name, takes: "nothing", transition, scope, isLoopHead: false };
    this.steps.push(step);
    return step;
  }

  /** Plans a shape that leads to `next`; gives its first step. `own`: nothing else leads to `next`. */
  plan(shape: Shape, next: PlannedStep, scope: readonly PlannedFrame[], own = false): PlannedStep {
    switch (shape.kind) {
      case "step":
        return this.add("step", scope, linear(next));
      case "sequence":
        return shape.parts.reduceRight(
          (after, part, index) => this.plan(part, after, scope, index < shape.parts.length - 1),
          next,
        );
      case "branch": {
        const join = this.#join("branches", next, scope, own);
        const targets = shape.branches.map((branch) => this.plan(branch, join, scope));
        return this.add("split", scope, { kind: "split", targets });
      }
      case "foreach":
        return this.#foreach(shape, this.#join("items", next, scope, own), scope);
      case "parallel":
        return this.#parallel(shape, this.#join("items", next, scope, own), scope);
      case "switch": {
        const targets = shape.cases.map((one) => (one === null ? next : this.plan(one, next, scope)));
        return this.add("choose", scope, { kind: "switch", targets, fallback: shape.fallback });
      }
      case "loop":
        return this.#loop(shape, next, scope);
    }
  }

  #join(takes: "branches" | "items", next: PlannedStep, scope: readonly PlannedFrame[], own: boolean): PlannedStep {
    const mayMerge = this.#mergedJoins && own && next.takes === "nothing" && !next.isLoopHead;
    const join = mayMerge ? next : this.add("join", scope, linear(next));
    join.takes = takes;
    return join;
  }

  #foreach(shape: Shape & { kind: "foreach" }, join: PlannedStep, scope: readonly PlannedFrame[]): PlannedStep {
    const split = this.add("fan", scope);
    const first = this.plan(shape.body, join, [...scope, { kind: "foreach", step: split }]);
    // The types let no switch lead back to a step that takes an item.
    if (shape.takesItem && !first.isLoopHead) first.takes = "item";
    split.transition = { kind: "foreach", targets: [first], items: shape.items };
    return split;
  }

  #parallel(shape: Shape & { kind: "parallel" }, join: PlannedStep, scope: readonly PlannedFrame[]): PlannedStep {
    const split = this.add("launch", scope);
    const node = this.add("node", [...scope, { kind: "foreach", step: split }], linear(join));
    if (shape.takesItem) node.takes = "item";
    split.transition = { kind: "parallel", targets: [node], nodes: shape.nodes };
    return split;
  }

  #loop(shape: Shape & { kind: "loop" }, next: PlannedStep, scope: readonly PlannedFrame[]): PlannedStep {
    // The loop's head is known last.
    const frame: { -readonly [K in keyof PlannedFrame]: PlannedFrame[K] } = { kind: "loop", step: next };
    const inside = [...scope, frame];
    const close = this.add("repeat", inside);
    let head = shape.body === null ? close : this.plan(shape.body, close, inside);
    // Two loops with one head would be one loop.
    if (head.isLoopHead) head = this.add("head", inside, linear(head));
    head.isLoopHead = true;
    frame.step = head;
    close.transition = { kind: "loop", targets: [head, next], times: shape.times };
    return head;
  }
}
