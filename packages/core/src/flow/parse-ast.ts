import {
  type AnyNode,
  type Expression,
  type FunctionExpression,
  type MemberExpression,
  parse,
  type Super,
} from "acorn";

/** A method's text as a tree. Positions in the tree are `shift` larger than in the text that was given. */
export interface MethodAst {
  readonly fn: FunctionExpression;
  readonly source: string;
  readonly shift: number;
}

const METHOD_WRAPPER = "class a extends b{";

/**
 * Parses what `Function.prototype.toString` gives for a method, an accessor or a function expression. Anything else
 * (an arrow function, a class, native code) has no place in a flow as a step: null.
 */
export function parseMethod(text: string): MethodAst | null {
  return parseWrapped(METHOD_WRAPPER, text, "\n}") ?? parseWrapped("(", text, "\n)");
}

function parseWrapped(before: string, text: string, after: string): MethodAst | null {
  const source = before + text + after;
  try {
    // Private names are declared in the class around the method, which is not part of its text.
    const program = parse(source, { ecmaVersion: "latest", sourceType: "module", checkPrivateFields: false });
    const fn = functionOf(program.body);
    return fn === null ? null : { fn, source, shift: before.length };
  } catch {
    return null;
  }
}

function functionOf(body: readonly AnyNode[]): FunctionExpression | null {
  const [statement] = body;
  if (body.length !== 1 || statement === undefined) return null;
  if (statement.type === "ExpressionStatement") {
    return statement.expression.type === "FunctionExpression" ? statement.expression : null;
  }
  if (statement.type !== "ClassDeclaration" || statement.body.body.length !== 1) return null;
  const [member] = statement.body.body;
  return member?.type === "MethodDefinition" ? member.value : null;
}

/** The nodes directly below a node. */
export function childNodes(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** True for a node inside of which `this` is another one. */
export function hasOwnThis(node: AnyNode): boolean {
  return (
    node.type === "FunctionExpression" ||
    node.type === "FunctionDeclaration" ||
    node.type === "ClassDeclaration" ||
    node.type === "ClassExpression"
  );
}

/** The expression without what does not change its value: `a?.b` is the same place as `a.b`. */
export function unwrap<T extends AnyNode>(node: T): AnyNode {
  return node.type === "ChainExpression" ? node.expression : node;
}

/** The name of `object.name`, `object["name"]`; null where it is computed or private. */
export function memberName(node: MemberExpression): string | null {
  if (node.property.type === "PrivateIdentifier") return null;
  return keyName(node.property, node.computed);
}

/** A property's name as it is written, for literal keys; null for others. */
export function keyName(key: Expression | AnyNode, computed: boolean): string | null {
  if (!computed && key.type === "Identifier") return key.name;
  return literalName(key);
}

/** The value of a literal as a property name; null for anything that is not one. */
export function literalName(node: AnyNode): string | null {
  if (node.type === "Literal" && ["string", "number", "boolean"].includes(typeof node.value)) return String(node.value);
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  if (node.type === "UnaryExpression" && node.operator === "-" && node.argument.type === "Literal") {
    return typeof node.argument.value === "number" ? String(-node.argument.value) : null;
  }
  return null;
}

/** The `x` of `this.x`, `this?.x`, `this["x"]`; null for anything else. */
export function thisMember(node: AnyNode): string | null {
  const inner = unwrap(node);
  return inner.type === "MemberExpression" && isThis(inner.object) ? memberName(inner) : null;
}

export function isThis(node: Expression | Super): boolean {
  return node.type === "ThisExpression";
}

/** The names of all members of objects other than `this` that a method mentions. */
export function memberNames(root: FunctionExpression): Set<string> {
  const names = new Set<string>();
  const pending: AnyNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    let name: string | null = null;
    if (node.type === "MemberExpression" && !isThis(node.object)) name = memberName(node);
    if (node.type === "ObjectPattern") {
      for (const property of node.properties) {
        const key = property.type === "Property" ? keyName(property.key, property.computed) : null;
        if (key !== null) names.add(key);
      }
    }
    if (name !== null) names.add(name);
    pending.push(...childNodes(node));
  }
  return names;
}
