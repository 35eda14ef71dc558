import { once } from "../util/once.js";
import { BASE64, type Part, type Pattern } from "./secret-patterns.js";

/** A place in a text. */
export interface Finding {
  readonly from: number;
  readonly to: number;
}

/** Finds what any of many patterns finds, looking at most characters once however many there are. */
export interface PatternMatcher {
  /** Findings in the order in which they begin; they may overlap. */
  find(text: string): Iterable<Finding>;
}

/** Patterns that may begin with one character. */
interface Group {
  /** Finds how they begin: small, and all that most texts ever need. */
  readonly beginning: () => RegExp;
  readonly whole: () => RegExp;
  readonly takesBefore: boolean;
}

export function createMatcher(patterns: readonly Pattern[]): PatternMatcher {
  const groups = groupsOf(patterns);
  return {
    *find(text) {
      for (let at = 0; at < text.length; at += 1) {
        const candidates = groups[text.charCodeAt(at)];
        if (candidates === undefined) continue;
        for (const { beginning, whole, takesBefore } of candidates) {
          if (endOf(beginning(), text, at) < 0) continue;
          const end = endOf(whole(), text, at);
          if (end < 0) continue;
          const begins = takesBefore && at > 0 && BASE64.test(text.charAt(at - 1)) ? at - 1 : at;
          yield { from: begins, to: end };
        }
      }
    },
  };
}

/** Where what the expression finds at a place ends; negative where it finds nothing there. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** Parts of a pattern that are looked for first. */
const BEGINNING = 4;

/** By the code of the first character; each expression is compiled when it is needed. */
function groupsOf(patterns: readonly Pattern[]): readonly (readonly Group[] | undefined)[] {
  const groups: Group[][] = [];
  for (const takesBefore of [true, false]) {
    const byFirst = new Map<string, (readonly Part[])[]>();
    for (const { parts } of patterns.filter((each) => each.takesBefore === takesBefore)) {
      for (const first of new Set(parts[0]?.first)) byFirst.set(first, [...(byFirst.get(first) ?? []), parts]);
    }
    for (const [first, own] of byFirst) {
      const code = first.charCodeAt(0);
      const beginning = once(() => compile(own.map((parts) => parts.slice(0, BEGINNING))));
      const whole = once(() => compile(own));
      groups[code] = [...(groups[code] ?? []), { beginning, whole, takesBefore }];
    }
  }
  return groups;
}

/** Patterns that begin alike, by their next part. */
interface Node {
  readonly next: Map<string, Node>;
  /** A pattern ends here. */
  ends: boolean;
}

function compile(patterns: readonly (readonly Part[])[]): RegExp {
  return new RegExp(sourceOf(treeOf(patterns)), "y");
}

function treeOf(patterns: readonly (readonly Part[])[]): Node {
  const root: Node = { next: new Map(), ends: false };
  for (const parts of patterns) {
    let node = root;
    for (const { source } of parts) {
      const next = node.next.get(source) ?? { next: new Map(), ends: false };
      node.next.set(source, next);
      node = next;
    }
    node.ends = true;
  }
  return root;
}

/** What patterns have in common stands once; of two that begin in one place the longer one is found. */
function sourceOf(root: Node): string {
  let source = "";
  let node = root;
  while (node.next.size === 1 && !node.ends) {
    const [[part, next] = ["", root]] = node.next;
    source += part;
    node = next;
  }
  if (node.next.size === 0) return source;
  const branches = [...node.next].map(([part, next]) => part + sourceOf(next));
  return `${source}(?:${branches.join("|")})${node.ends ? "?" : ""}`;
}
