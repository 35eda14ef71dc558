import type { AnyNode, CallExpression, FunctionExpression, Function as FunctionNode, MemberExpression } from "acorn";
import { childNodes, isThis, keyName, memberName, unwrap } from "./parse-ast.js";

/** What an expression may hold: the inputs of a join (or some of them, as a list), one of them, or neither. */
type Kind = "inputs" | "input" | null;

/** What a method reads from the inputs that it is given. */
export interface InputUse {
  /** Names that are read on an input. */
  readonly reads: ReadonlySet<string>;
  /** An input goes where its reads cannot be followed. */
  readonly escapes: boolean;
}

/** Methods of a list that hand its elements to a function, with the positions of these in the function's parameters. */
const CALLBACKS: Readonly<Record<string, readonly Kind[]>> = {
  reduce: ["input", "input", null, "inputs"],
  reduceRight: ["input", "input", null, "inputs"],
  sort: ["input", "input"],
  toSorted: ["input", "input"],
  ...Object.fromEntries(
    ["map", "flatMap", "filter", "forEach", "some", "every", "find", "findLast", "findIndex", "findLastIndex"].map(
      (name) => [name, ["input", null, "inputs"]],
    ),
  ),
};

const GIVES_LIST = new Set(
  "filter slice sort toSorted reverse toReversed splice toSpliced with concat flat entries values".split(" "),
);
const GIVES_ONE = new Set(["at", "find", "findLast", "of", "pop", "shift"]);

/**
 * Follows the inputs through variables, loops, destructuring and the methods of a list. It is a guess on the safe
 * side: a name too many costs a needless load, one too few a slower one.
 */
export function usesOfInputs(fn: FunctionExpression): InputUse {
  const [parameter] = fn.params;
  if (parameter === undefined) return { reads: new Set(), escapes: false };
  const scan = new InputScan();
  scan.bind(parameter, "inputs");
  // A name may be used above the line that gives it its kind (in a loop, in a function): repeat until nothing is new.
  for (let known = -1; known !== scan.known(); ) {
    known = scan.known();
    scan.visit(fn.body);
  }
  return scan;
}

class InputScan implements InputUse {
  readonly reads = new Set<string>();
  escapes = false;
  /** By variable name; scopes are not told apart. */
  readonly #kinds = new Map<string, Kind>();
  /** What the function that is being visited returns. */
  #returned: Kind = null;

  known(): number {
    return this.#kinds.size;
  }

  /** Gives the variables of a pattern their kinds. */
  bind(pattern: AnyNode, kind: Kind): void {
    if (kind === null) {
      this.visit(pattern);
      return;
    }
    switch (pattern.type) {
      case "Identifier":
        if (!this.#kinds.has(pattern.name)) this.#kinds.set(pattern.name, kind);
        else if (this.#kinds.get(pattern.name) !== kind) this.escapes = true;
        return;
      case "AssignmentPattern":
        this.visit(pattern.right);
        this.bind(pattern.left, kind);
        return;
      case "ArrayPattern":
        // The pairs of `entries()` are taken for inputs, so an input may be taken apart like a list.
        for (const element of pattern.elements) {
          if (element?.type === "RestElement") this.bind(element.argument, "inputs");
          else if (element) this.bind(element, "input");
        }
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          const name = property.type === "Property" ? keyName(property.key, property.computed) : null;
          if (property.type !== "Property" || name === null) this.escapes = true;
          else if (kind === "input") this.#read(name, property.value);
          else if (name !== "length") this.bind(property.value, "input");
        }
        return;
      default:
        this.escapes = true;
    }
  }

  #read(name: string, target: AnyNode): void {
    this.reads.add(name);
    this.visit(target);
  }

  /** Visits a node and everything below it; says what it holds. */
  visit(node: AnyNode): Kind {
    switch (node.type) {
      case "Identifier":
        return this.#kinds.get(node.name) ?? null;
      case "MemberExpression":
        return this.#member(node);
      case "CallExpression":
        return this.#call(node);
      case "NewExpression":
        this.visit(node.callee);
        return this.#pass(node.arguments);
      case "FunctionExpression":
      case "FunctionDeclaration":
      case "ArrowFunctionExpression":
        if (this.#function(node, []) !== null) this.escapes = true;
        return null;
      case "ChainExpression":
        return this.visit(node.expression);
      case "AwaitExpression":
        return this.visit(node.argument);
      case "ConditionalExpression": {
        this.visit(node.test);
        const one = this.visit(node.consequent);
        return this.visit(node.alternate) ?? one;
      }
      case "LogicalExpression": {
        const left = this.visit(node.left);
        return this.visit(node.right) ?? left;
      }
      case "SequenceExpression":
        return node.expressions.map((expression) => this.visit(expression)).at(-1) ?? null;
      case "ArrayExpression":
        return node.elements.filter((element) => element && this.visit(element) !== null).length > 0 ? "inputs" : null;
      case "SpreadElement":
        return this.visit(node.argument);
      default:
        return this.#statement(node);
    }
  }

  /** Assignments and statements. */
  #statement(node: AnyNode): Kind {
    switch (node.type) {
      case "AssignmentExpression": {
        const kind = this.visit(node.right);
        this.bind(node.left, kind);
        return kind;
      }
      case "VariableDeclarator":
        this.bind(node.id, node.init ? this.visit(node.init) : null);
        return null;
      case "ForOfStatement": {
        const kind = this.visit(node.right);
        const target = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : node.left;
        if (kind === "input") this.escapes = true;
        if (target) this.bind(target, kind === null ? null : "input");
        this.visit(node.body);
        return null;
      }
      case "ReturnStatement":
        if (node.argument) this.#returned = this.visit(node.argument) ?? this.#returned;
        return null;
      case "ObjectExpression":
        for (const property of node.properties) {
          if (property.type === "SpreadElement") this.#pass([property.argument]);
          else this.#pass(property.computed ? [property.key, property.value] : [property.value]);
        }
        return null;
      default:
        for (const child of childNodes(node)) this.visit(child);
        return null;
    }
  }

  #member(node: MemberExpression): Kind {
    const kind = this.visit(node.object);
    if (node.computed) this.visit(node.property);
    const name = memberName(node);
    if (kind === "inputs") return name === "length" ? null : "input";
    if (kind === "input") {
      if (name === null) this.escapes = true;
      else this.reads.add(name);
    }
    return null;
  }

  #call(node: CallExpression): Kind {
    const callee = unwrap(node.callee);
    if (callee.type !== "MemberExpression") {
      this.visit(callee);
      return this.#pass(node.arguments);
    }
    const name = memberName(callee);
    // Merging passes artifacts on by reference: it reads none.
    if (isThis(callee.object) && name === "mergeArtifacts") return null;
    if (callee.object.type === "Identifier" && ["Object", "Array"].includes(callee.object.name)) {
      return this.#list(node.arguments);
    }
    if (name === null || this.visit(callee.object) !== "inputs") {
      this.visit(callee);
      return this.#pass(node.arguments);
    }
    return this.#method(name, node.arguments);
  }

  /** `Object.values(inputs)`, `Array.from(inputs, fn)`. */
  #list([first, ...others]: readonly AnyNode[]): Kind {
    const kind = first ? this.visit(first) : null;
    if (kind === "input") this.escapes = true;
    if (kind !== "inputs") return this.#pass(others);
    const [callback] = others;
    return callback ? this.#method("map", [callback]) : "inputs";
  }

  /** A method of the list of inputs (or of a list made from it). */
  #method(name: string, args: readonly AnyNode[]): Kind {
    const kinds = CALLBACKS[name];
    const [callback, ...others] = args;
    let given: Kind = null;
    if (kinds && callback) {
      const initial = others.map((argument) => this.visit(argument)).at(0) ?? null;
      const first = name.startsWith("reduce") && others.length > 0 ? initial : kinds[0];
      if (isFunction(callback)) given = this.#function(callback, [first ?? null, ...kinds.slice(1)]);
      else this.escapes = true;
    } else {
      for (const argument of args) this.visit(argument);
    }
    if (GIVES_LIST.has(name)) return "inputs";
    if (GIVES_ONE.has(name)) return "input";
    if (name === "map" || name === "flatMap") return given === null ? null : "inputs";
    return name.startsWith("reduce") ? given : null;
  }

  /** Visits a function whose parameters hold what is said; gives what it returns. */
  #function(node: FunctionNode, kinds: readonly Kind[]): Kind {
    node.params.forEach((param, index) => {
      this.bind(param, kinds[index] ?? null);
    });
    const outer = this.#returned;
    this.#returned = null;
    const value = this.visit(node.body);
    const returned = node.body.type === "BlockStatement" ? this.#returned : value;
    this.#returned = outer;
    return returned;
  }

  /** Expressions whose values go to somebody unknown. */
  #pass(nodes: readonly AnyNode[]): null {
    for (const node of nodes) if (this.visit(node) !== null) this.escapes = true;
    return null;
  }
}

function isFunction(node: AnyNode): node is AnyNode & FunctionNode {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}
