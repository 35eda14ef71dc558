import type { AnyNode, FunctionExpression } from "acorn";
import { childNodes } from "./parse-ast.js";

/** What a method does with `#private` fields. A class with decorators is compiled so that they are calls of helpers. */
export interface PrivateUse {
  /** The first assignment of each field. */
  readonly writes: ReadonlyMap<string, number>;
  readonly reads: ReadonlySet<string>;
  /** More may happen than is seen: a `#private` method is called, say. */
  readonly unclear: boolean;
}

export const NO_PRIVATES: PrivateUse = { writes: new Map(), reads: new Set(), unclear: false };

/** The compiler's helpers; a number is added where the user's code has one of that name. */
const HELPER = /^__private(Get|Set|Wrapper|Method)\d*$/;

/** Positions are those of the tree. */
export function usesOfPrivates(fn: FunctionExpression): PrivateUse {
  const writes = new Map<string, number>();
  const reads = new Set<string>();
  let unclear = false;
  const pending: AnyNode[] = [fn];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === "PrivateIdentifier") unclear = true;
    const helper = node.type === "CallExpression" && node.callee.type === "Identifier" && HELPER.exec(node.callee.name);
    if (helper && node.type === "CallExpression") {
      const [object, field] = node.arguments;
      if (object?.type !== "ThisExpression" || field?.type !== "Identifier" || helper[1] === "Method") unclear = true;
      else if (helper[1] === "Get") reads.add(field.name);
      else writes.set(field.name, Math.min(node.start, writes.get(field.name) ?? node.start));
    }
    pending.push(...childNodes(node));
  }
  return { writes, reads, unclear };
}
