import { type ExportNamedDeclaration, type ImportDeclaration, type Node, type Program, parse } from "acorn";
import { full } from "acorn-walk";

/** What the function's parameters are called. Stand-ins have as many characters as what they stand for. */
const LOAD = "_metaflowLoad";
const DYNAMIC = "_metaflowDynamic";
const META = "_importMeta";
const DECORATE = "_metaflowDecorate";
/** Free names of the bundled code: CommonJS files ask `require`, files that ask where they lie the other. */
const FREE = "require,__metaflowAt";
const IMPORT = "import";
const IMPORT_CALL = "_mfImp";

/** The bundler's helper for decorators, which the function's caller may give a better one for. */
const DECORATE_HELPER = "__decorateElement";

/** A module and the names that are taken from it, as the function asks for them. */
export type ImportRequest = readonly [specifier: string, names: readonly string[]];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Turns a bundled ES module into the source of an async function that does the same each time it is called and
 * returns the module's exports: a process compiles it once and evaluates it as often as it likes, with fresh module
 * state, its hot code staying hot. `await` at the top works as it does in a module.
 *
 * Lines keep their numbers, so that the module's source map stays true.
 */
export function moduleToFunction(code: string): string {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  const imports = program.body.filter((node) => node.type === "ImportDeclaration");
  const edits: Edit[] = [
    ...imports.map((node) => blank(code, node)),
    ...exportEdits(code, program),
    ...decorateEdits(program),
  ];
  full(program, (node) => {
    const { start, end } = node;
    if (node.type === "MetaProperty" && code.startsWith(IMPORT, start)) edits.push({ start, end, text: META });
    if (node.type === "ImportExpression") edits.push({ start, end: start + IMPORT.length, text: IMPORT_CALL });
  });
  const body = applyEdits(code, edits);
  const bound = imports.map((_, k) => `_metaflowModule${k}`);
  const requests = JSON.stringify(imports.map(requestOf));
  const bindings = imports.map((node, k) => bindingsOf(node, bound[k] ?? "")).join("");
  // First of all and always, so that who gives the modules can stop there.
  const load = `const [${bound.join(",")}]=await ${LOAD}(${requests});${bindings}`;
  // Only an import that stands in this source is resolved from where the flow lies.
  const call = `const ${IMPORT_CALL}=(s,o)=>${DYNAMIC}(s,o,(s,o)=>import(s,o));`;
  return `(async function(${LOAD},${DYNAMIC},${META},${DECORATE},${FREE}){"use strict";${call}${load}${body}\n})`;
}

/** An import stands at the beginning of the function instead; in its place only its line breaks are left. */
function blank(code: string, { start, end }: Node): Edit {
  return { start, end, text: code.slice(start, end).replace(/[^\n]+/g, "") };
}

function requestOf(node: ImportDeclaration): ImportRequest {
  const names = node.specifiers.flatMap((specifier) => {
    if (specifier.type === "ImportDefaultSpecifier") return ["default"];
    return specifier.type === "ImportSpecifier" ? [nameOf(specifier.imported)] : [];
  });
  return [String(node.source.value), names];
}

function bindingsOf(node: ImportDeclaration, module: string): string {
  return node.specifiers
    .map((specifier) => {
      const local = specifier.local.name;
      if (specifier.type === "ImportNamespaceSpecifier") return `const ${local}=${module};`;
      const imported = specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
      return `const ${local}=${module}[${JSON.stringify(imported)}];`;
    })
    .join("");
}

/** The bundler ends with one list of exports: it becomes the function's result. */
function exportEdits(code: string, program: Program): readonly Edit[] {
  const found = program.body.filter((node): node is ExportNamedDeclaration => node.type === "ExportNamedDeclaration");
  return found.map((node, k) => {
    if (node.declaration != null || node.source != null || k > 0) {
      throw new Error(`The bundler wrote an export that is no list: ${code.slice(node.start, node.end)}`);
    }
    const entries = node.specifiers.map(
      ({ exported, local }) => `${JSON.stringify(nameOf(exported))}:${nameOf(local)}`,
    );
    const lines = "\n".repeat(code.slice(node.start, node.end).split("\n").length - 1);
    return { start: node.start, end: node.end, text: `return {${entries.join(",")}};${lines}` };
  });
}

/** Hands the helper to the caller, who gives back what is used instead. */
function decorateEdits(program: Program): readonly Edit[] {
  const variables = program.body.flatMap((node) => (node.type === "VariableDeclaration" ? node.declarations : []));
  const helper = variables.find(({ id }) => id.type === "Identifier" && id.name === DECORATE_HELPER)?.init;
  if (helper == null) return [];
  const { start, end } = helper;
  return [
    { start, end: start, text: `${DECORATE}(` },
    { start: end, end, text: ")" },
  ];
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  let result = "";
  let from = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    result += code.slice(from, start) + text;
    from = end;
  }
  return result + code.slice(from);
}
