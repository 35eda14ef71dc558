import type { Transition } from "../contracts/transition.js";
import { type Chart, nameOf } from "./chart.js";
import { type GraphProblem, problem } from "./problems.js";

/** A split that is open at some place of the graph. One object for each branch of each split: compare by identity. */
export interface OpenSplit {
  readonly split: number;
  /** The first step of the branch. */
  readonly branch: number;
  readonly foreach: boolean;
  readonly outer: OpenSplit | null;
  readonly depth: number;
}

/** The innermost open split; null outside of all; undefined where problems before leave it open. */
export type Context = OpenSplit | null | undefined;

export interface Splits {
  /** Around each step; a join's own split is closed there. */
  readonly contexts: readonly Context[];
  /** By split, its join. */
  readonly joinOf: ReadonlyMap<number, number>;
  /** By join, its split. */
  readonly splitOf: ReadonlyMap<number, number>;
  readonly problems: readonly GraphProblem[];
}

/** A way to a step: from whom, and what is open on it. */
interface Arrival {
  readonly from: number;
  readonly context: Context;
}

/** Follows the splits through the graph and matches them with their joins. */
export function matchSplits(chart: Chart, complete: boolean): Splits {
  const matcher = new SplitMatcher(chart, complete);
  for (const node of chart.order) matcher.enter(node);
  matcher.finish();
  return matcher;
}

class SplitMatcher implements Splits {
  readonly contexts: Context[];
  readonly joinOf = new Map<number, number>();
  readonly splitOf = new Map<number, number>();
  readonly problems: GraphProblem[] = [];
  readonly #chart: Chart;
  readonly #complete: boolean;
  readonly #joins = new Map<number, number[]>();
  readonly #opened = new Map<number, Map<number, OpenSplit>>();

  constructor(chart: Chart, complete: boolean) {
    this.#chart = chart;
    this.#complete = complete;
    this.contexts = chart.steps.map(() => undefined);
  }

  enter(node: number): void {
    const step = this.#chart.steps[node];
    const arrivals = (this.#chart.previous[node] ?? []).map((from) => ({ from, context: this.#after(from, node) }));
    const isJoin = step?.takes === "inputs";
    if (node === this.#chart.start) {
      this.contexts[node] = null;
      if (isJoin) this.#report("GRAPH_JOIN_WITHOUT_SPLIT", node, {});
    } else if (arrivals.every(({ context }) => context !== undefined)) {
      this.contexts[node] = isJoin ? this.#join(node, arrivals) : this.#meet(node, arrivals);
    }
  }

  /** What is open on the way from one step to the next. */
  #after(from: number, to: number): Context {
    const outer = this.contexts[from];
    const kind = this.#chart.steps[from]?.transition?.kind;
    if (outer === undefined || !opensSplit(kind)) return outer;
    const branches = this.#opened.get(from) ?? new Map<number, OpenSplit>();
    this.#opened.set(from, branches);
    const open = branches.get(to) ?? {
      split: from,
      branch: to,
      foreach: kind !== "split",
      outer,
      depth: (outer?.depth ?? 0) + 1,
    };
    branches.set(to, open);
    return open;
  }

  /** A step without inputs: whoever leads to it does so within the same branches. */
  #meet(node: number, arrivals: readonly Arrival[]): Context {
    const [first] = arrivals;
    const other = arrivals.find(({ context }) => context !== first?.context);
    if (first === undefined || other === undefined) return first?.context;
    const splits = new Set(arrivals.map(({ context }) => context?.split));
    const split = first.context?.split;
    if (splits.size === 1 && split !== undefined) {
      const branches = [...new Set(arrivals.map(({ context }) => this.#name(context?.branch)))];
      const isEnd = node === this.#chart.end;
      this.#report("GRAPH_JOIN_NO_INPUTS", node, { split: this.#name(split), branches, isEnd });
    } else if (!this.#straightForeach(arrivals)) {
      const code = this.#chart.steps[node]?.takes === "item" ? "GRAPH_FOREACH_TARGET_SHARED" : "GRAPH_SPLIT_CROSSED";
      this.#report(code, node, { paths: this.#describe(arrivals) });
    }
    return undefined;
  }

  /** A join closes the split that all its arrivals come from. */
  #join(node: number, arrivals: readonly Arrival[]): Context {
    const open = arrivals.map(({ context }) => context).filter((context) => context != null);
    const [first] = open;
    if (first === undefined) {
      this.#report("GRAPH_JOIN_WITHOUT_SPLIT", node, {});
      return undefined;
    }
    if (open.length < arrivals.length || open.some(({ split }) => split !== first.split)) {
      if (!this.#straightForeach(arrivals)) {
        this.#report("GRAPH_JOIN_UNRELATED", node, { splits: this.#describe(arrivals) });
      }
      return undefined;
    }
    const { split, outer } = first;
    if (arrivals.some(({ from }) => from === split)) {
      this.#into(split, node, first.foreach);
      return undefined;
    }
    const expected = this.#chart.next[split] ?? [];
    const missing = expected.filter((branch) => open.every((context) => context.branch !== branch));
    if (missing.length > 0) {
      const values = { split: this.#name(split), missing: missing.map((branch) => this.#name(branch)) };
      if (this.#complete) this.#report("GRAPH_JOIN_INCOMPLETE", node, { ...values, expected: expected.length });
      return undefined;
    }
    this.#joins.set(split, [...(this.#joins.get(split) ?? []), node]);
    this.joinOf.set(split, node);
    this.splitOf.set(node, split);
    return outer;
  }

  /** Looks at what is left open in the end. */
  finish(): void {
    for (const node of this.#chart.order) {
      const context = this.contexts[node];
      // An end step that takes inputs has a problem of its own.
      const ends = this.#chart.steps[node]?.transition?.kind === "end" && this.#complete;
      if (context && ends && !this.#straightForeach([{ from: node, context }])) {
        this.#report("GRAPH_SPLIT_UNJOINED", node, { splits: splitsOf(context).map((split) => this.#name(split)) });
      }
    }
    for (const [split, joins] of this.#joins) {
      if (joins.length < 2) continue;
      this.#report("GRAPH_SPLIT_JOINED_TWICE", split, { joins: joins.map((join) => this.#name(join)) });
    }
  }

  /**
   * A foreach's first step takes the item, so a join that directly follows a foreach is no join. Where the splits do
   * not match and a first step calls its parameter `inputs`, that is what happened.
   */
  #straightForeach(arrivals: readonly Arrival[]): boolean {
    for (const { context } of arrivals) {
      for (let open = context; open; open = open.outer) {
        const target = this.#chart.steps[open.branch];
        if (!open.foreach || target?.takes !== "item" || target.parsed.parameterName !== "inputs") continue;
        this.#into(open.split, open.branch, true);
        return true;
      }
    }
    return false;
  }

  #into(split: number, join: number, foreach: boolean): void {
    const known = this.problems.some(
      ({ code, step }) => code === "GRAPH_SPLIT_INTO_JOIN" && step === this.#name(split),
    );
    if (!known) this.#report("GRAPH_SPLIT_INTO_JOIN", split, { join: this.#name(join), foreach });
  }

  #describe(arrivals: readonly Arrival[]): readonly string[] {
    return arrivals.map(({ from, context }) => {
      const where = context
        ? `${context.foreach ? "in the foreach of" : "in the split of"} '${this.#name(context.split)}'`
        : "in no split";
      return `'${this.#name(from)}' (${where})`;
    });
  }

  #name(node: number | undefined): string {
    return node === undefined ? "" : nameOf(this.#chart, node);
  }

  /** Reported at the step's transition for a problem of a split, else at its name. */
  #report(code: GraphProblem["code"], node: number, values: Readonly<Record<string, unknown>>): void {
    const step = this.#name(node);
    const atNext = code === "GRAPH_SPLIT_INTO_JOIN" || code === "GRAPH_SPLIT_JOINED_TWICE";
    const offset = atNext ? (this.#chart.steps[node]?.parsed.nextOffset ?? 0) : 0;
    this.problems.push(problem(code, step, { step, ...values } as never, offset));
  }
}

/** The splits that are open, outermost first. */
export function splitsOf(context: OpenSplit): number[] {
  const splits: number[] = [];
  for (let open: OpenSplit | null = context; open; open = open.outer) splits.push(open.split);
  return splits.reverse();
}

export function opensSplit(kind: Transition["kind"] | undefined): boolean {
  return kind === "split" || kind === "foreach" || kind === "parallel";
}
