import type { AnyNode, FunctionExpression, MemberExpression, ObjectPattern, Property } from "acorn";
import { childNodes, hasOwnThis, isThis, keyName, memberName, thisMember, unwrap } from "./parse-ast.js";

/** What a method does with `this`. */
export interface ThisUse {
  /** Names whose value is taken. */
  readonly reads: Set<string>;
  /** Names that are assigned or deleted. */
  readonly writes: Set<string>;
  /** Methods that are called on `this` or `super`. */
  readonly calls: Set<string>;
  /** `this` as a whole goes somewhere, or a name is computed: more may be read than is known. */
  escapes: boolean;
}

/** Collects the uses of `this` in a method, arrow functions within it included. */
export function usesOfThis(fn: FunctionExpression): ThisUse {
  const use: ThisUse = { reads: new Set(), writes: new Set(), calls: new Set(), escapes: false };
  for (const param of fn.params) visitTarget(param, use);
  visit(fn.body, use);
  return use;
}

function visit(node: AnyNode, use: ThisUse): void {
  switch (node.type) {
    case "ThisExpression":
      use.escapes = true;
      return;
    case "MemberExpression":
      visitMember(node, use);
      return;
    case "CallExpression":
      visitCallee(unwrap(node.callee), use);
      for (const argument of node.arguments) visit(argument, use);
      return;
    case "AssignmentExpression":
      if (node.operator !== "=") markRead(node.left, use);
      visitBinding(node.left, node.right, use);
      return;
    case "VariableDeclarator":
      visitBinding(node.id, node.init ?? null, use);
      return;
    case "UpdateExpression":
      markRead(node.argument, use);
      visitTarget(node.argument, use);
      return;
    case "UnaryExpression":
      if (node.operator === "delete") visitTarget(unwrap(node.argument), use);
      else visit(node.argument, use);
      return;
    case "ForInStatement":
    case "ForOfStatement":
      if (node.left.type === "VariableDeclaration") visit(node.left, use);
      else visitTarget(node.left, use);
      visit(node.right, use);
      visit(node.body, use);
      return;
    default:
      visitOther(node, use);
      return;
  }
}

function visitOther(node: AnyNode, use: ThisUse): void {
  if (!hasOwnThis(node)) {
    for (const child of childNodes(node)) visit(child, use);
  } else if ((node.type === "ClassDeclaration" || node.type === "ClassExpression") && node.superClass) {
    visit(node.superClass, use);
  }
}

function visitMember(node: MemberExpression, use: ThisUse): void {
  if (!isThis(node.object)) {
    visit(node.object, use);
  } else {
    const name = memberName(node);
    if (name !== null) use.reads.add(name);
    else if (node.computed) use.escapes = true;
  }
  if (node.computed) visit(node.property, use);
}

function visitCallee(callee: AnyNode, use: ThisUse): void {
  if (callee.type !== "MemberExpression" || !(isThis(callee.object) || callee.object.type === "Super")) {
    visit(callee, use);
    return;
  }
  const name = memberName(callee);
  if (name !== null) use.calls.add(name);
  else if (callee.computed) {
    use.escapes = true;
    visit(callee.property, use);
  }
}

function markRead(node: AnyNode, use: ThisUse): void {
  const name = thisMember(node);
  if (name !== null) use.reads.add(name);
}

/** `left = right`, or a declaration; `const { a } = this` reads `a` and nothing else. */
function visitBinding(left: AnyNode, right: AnyNode | null, use: ThisUse): void {
  const takesApart = right !== null && right.type === "ThisExpression" && left.type === "ObjectPattern";
  if (takesApart) readKeys(left, use);
  visitTarget(left, use);
  if (right !== null && !takesApart) visit(right, use);
}

function readKeys(pattern: ObjectPattern, use: ThisUse): void {
  for (const property of pattern.properties) {
    const name = property.type === "Property" ? keyName(property.key, property.computed) : null;
    if (name !== null) use.reads.add(name);
    else use.escapes = true;
  }
}

/** What is assigned to: `this.x` is a write there, everything below it (`this.x.y`) a read. */
function visitTarget(node: AnyNode, use: ThisUse): void {
  switch (node.type) {
    case "MemberExpression":
      if (isThis(node.object)) visitWrite(node, use);
      else visit(node, use);
      return;
    case "ObjectPattern":
      for (const property of node.properties) {
        if (property.type === "Property") visitProperty(property as unknown as Property, use);
        else visitTarget(property.argument, use);
      }
      return;
    case "ArrayPattern":
      for (const element of node.elements) if (element !== null) visitTarget(element, use);
      return;
    case "RestElement":
      visitTarget(node.argument, use);
      return;
    case "AssignmentPattern":
      visitTarget(node.left, use);
      visit(node.right, use);
      return;
    case "Identifier":
      return;
    default:
      visit(node, use);
      return;
  }
}

function visitProperty(property: Property, use: ThisUse): void {
  if (property.computed) visit(property.key, use);
  visitTarget(property.value, use);
}

function visitWrite(node: MemberExpression, use: ThisUse): void {
  const name = memberName(node);
  if (name !== null) use.writes.add(name);
  if (node.computed) visit(node.property, use);
}
