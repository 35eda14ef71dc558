import type { AnyNode, CallExpression, FunctionExpression, Statement, TryStatement } from "acorn";
import { childNodes, hasOwnThis, unwrap } from "./parse-ast.js";
import { type StepProblem, stepProblem } from "./parse-problem.js";
import { isNextMember } from "./parse-transition.js";

export interface NextReading {
  /** The one call; null where there is none or more than one. */
  readonly call: CallExpression | null;
  readonly problems: readonly StepProblem[];
}

/** Where something is: the nodes from the method's body down to it. */
type Path = readonly AnyNode[];

/** Finds the one `this.next(...)` of a method and checks that it is unconditional and last. */
export function findNext(fn: FunctionExpression): NextReading {
  const found = search(fn);
  const problems = found.indirect.map((node) => stepProblem("GRAPH_NEXT_INDIRECT", node, {}));
  const [first, second] = found.calls;
  if (first === undefined || problems.length > 0) return { call: null, problems };
  if (second !== undefined) {
    const at = second.at(-1) ?? fn;
    return { call: null, problems: [stepProblem("GRAPH_NEXT_TWICE", at, { count: found.calls.length })] };
  }
  const call = first.at(-1) as CallExpression;
  const problem = conditional(first) ?? notLast(first) ?? skipped(found.returns, call);
  return { call, problems: problem === null ? [] : [problem] };
}

interface Found {
  readonly calls: Path[];
  readonly indirect: AnyNode[];
  /** The method's own return statements. */
  readonly returns: AnyNode[];
}

function search(fn: FunctionExpression): Found {
  const found: Found = { calls: [], indirect: [], returns: [] };
  const path: AnyNode[] = [];
  const visit = (node: AnyNode, nested: boolean): void => {
    if (hasOwnThis(node)) return;
    path.push(node);
    let children = childNodes(node);
    if (node.type === "CallExpression" && isNextMember(unwrap(node.callee))) {
      found.calls.push([...path]);
      children = node.arguments;
    } else if (isNextMember(node)) {
      found.indirect.push(node);
    }
    if (node.type === "ReturnStatement" && !nested) found.returns.push(node);
    for (const child of children) visit(child, nested || node.type === "ArrowFunctionExpression");
    path.pop();
  };
  visit(fn.body, false);
  return found;
}

const CONSTRUCTS: Partial<Record<AnyNode["type"], string>> = {
  IfStatement: "it is inside an if",
  SwitchStatement: "it is inside a switch statement",
  ForStatement: "it is inside a loop",
  ForInStatement: "it is inside a loop",
  ForOfStatement: "it is inside a loop",
  WhileStatement: "it is inside a loop",
  DoWhileStatement: "it is inside a loop",
  ConditionalExpression: "it is inside a `? :`",
  LogicalExpression: "it is behind a `&&`, `||` or `??`",
  ArrowFunctionExpression: "it is inside a nested function",
  CatchClause: "it is inside a catch block",
};

function conditional(path: Path): StepProblem | null {
  const call = path.at(-1) as AnyNode;
  for (const [index, node] of path.entries()) {
    const construct =
      CONSTRUCTS[node.type] ??
      (node.type === "TryStatement" && path[index + 1] === node.block && swallows(node)
        ? "the catch block behind it goes on without an error"
        : null);
    if (construct !== null) return stepProblem("GRAPH_NEXT_CONDITIONAL", call, { construct });
  }
  return null;
}

/** A catch after which the step would end well, without its this.next(...). Compiled `using` only notes the error. */
function swallows(node: TryStatement): boolean {
  const body = node.handler?.body.body;
  if (body === undefined || body.at(-1)?.type === "ThrowStatement") return false;
  return !(body.length > 0 && node.finalizer && body.every((statement) => statement.type === "VariableDeclaration"));
}

function notLast(path: Path): StepProblem | null {
  for (const [index, node] of path.entries()) {
    const child = path[index + 1];
    if (child === undefined) break;
    const reason = whyNotLast(node, child);
    if (reason !== null) return stepProblem("GRAPH_NEXT_NOT_LAST", path.at(-1) as AnyNode, { reason });
  }
  return null;
}

function whyNotLast(node: AnyNode, child: AnyNode): string | null {
  switch (node.type) {
    case "BlockStatement": {
      const after = node.body.slice(node.body.indexOf(child as Statement) + 1);
      return after.every(isTrivial) ? null : "other statements follow";
    }
    case "SequenceExpression":
      return node.expressions.at(-1) === child ? null : "another expression follows";
    case "UnaryExpression":
      return node.operator === "void" ? null : "its result is used";
    case "ExpressionStatement":
    case "ReturnStatement":
    case "LabeledStatement":
    case "AwaitExpression":
    case "ChainExpression":
    case "TryStatement":
      return null;
    default:
      return "its result is used";
  }
}

/** Does nothing that a reader would notice; counters are what coverage tools insert. */
function isTrivial(statement: Statement): boolean {
  switch (statement.type) {
    case "EmptyStatement":
    case "FunctionDeclaration":
    case "BreakStatement":
      return true;
    case "ReturnStatement":
      return !statement.argument;
    case "VariableDeclaration":
      return statement.declarations.every((declaration) => !declaration.init);
    case "ExpressionStatement":
      return statement.expression.type === "UpdateExpression";
    default:
      return false;
  }
}

/** A return in front of the call. */
function skipped(returns: readonly AnyNode[], call: CallExpression): StepProblem | null {
  const early = returns.find((statement) => statement.end <= call.start);
  return early ? stepProblem("GRAPH_NEXT_CONDITIONAL", early, { construct: "a return comes before it" }) : null;
}
