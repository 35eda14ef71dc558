import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { type ImportRequest, moduleToFunction } from "./module-to-function.js";

type Made = (
  load: (requests: readonly ImportRequest[]) => Promise<readonly Record<string, unknown>[]>,
  dynamic: (specifier: string) => unknown,
  meta: unknown,
) => Promise<Record<string, unknown>>;

const modules: Record<string, Record<string, unknown>> = {
  a: { default: "a's default", one: 1, "odd name": "odd" },
  b: { two: 2 },
};

async function evaluate(code: string, meta: unknown = {}): Promise<Record<string, unknown>> {
  const make = vm.runInThisContext(moduleToFunction(code)) as Made;
  return make(
    async (requests) => requests.map(([specifier]) => modules[specifier] ?? {}),
    (specifier) => modules[specifier],
    meta,
  );
}

describe("moduleToFunction", () => {
  it("gives the exports, also under other names", async () => {
    const exports = await evaluate(
      'const x = 1;\nconst y = 2;\nexport {\n  x,\n  y as default,\n  x as "odd name"\n};\n',
    );
    expect(exports).toEqual({ x: 1, default: 2, "odd name": 1 });
  });

  it("binds every form of import", async () => {
    const code = [
      'import d, { one as uno, "odd name" as odd } from "a";',
      'import * as b from "b";',
      'import "c";',
      "const all = [d, uno, odd, b.two];",
      "export { all };",
    ];
    expect(await evaluate(code.join("\n"))).toEqual({ all: ["a's default", 1, "odd", 2] });
  });

  it("makes imports available to code that stands before them", async () => {
    const code =
      'const early = use();\nfunction use() {\n  return one;\n}\nimport { one } from "a";\nexport { early };';
    expect(await evaluate(code)).toEqual({ early: 1 });
  });

  it("asks for each module with the names that are taken from it", async () => {
    const make = vm.runInThisContext(moduleToFunction('import d, { one } from "a"; import * as b from "b";')) as Made;
    const asked: unknown[] = [];
    await make(
      async (requests) => {
        asked.push(...requests);
        return [{}, {}];
      },
      String,
      {},
    );
    expect(asked).toEqual([
      ["a", ["default", "one"]],
      ["b", []],
    ]);
  });

  it("hands on imports that are calls", async () => {
    expect(await evaluate('const x = [import("a"), await import("b" + "")];\nexport { x };')).toEqual({
      x: [modules.a, modules.b],
    });
  });

  it("waits for what is awaited at the top", async () => {
    expect(await evaluate("const x = await Promise.resolve(5);\nexport { x };")).toEqual({ x: 5 });
  });

  it("has module state of its own at each call", async () => {
    const code = "let n = 0;\nconst count = () => ++n;\nexport { count };";
    const make = vm.runInThisContext(moduleToFunction(code)) as Made;
    const [first, second] = [await make(async () => [], String, {}), await make(async () => [], String, {})] as {
      count(): number;
    }[];
    first?.count();
    expect([first?.count(), second?.count()]).toEqual([2, 1]);
  });

  it("is strict, and has its own import.meta", async () => {
    const exports = await evaluate(
      "const self = (function () { return this; })();\nconst m = import.meta.url;\nexport { self, m };",
      {
        url: "file:///x",
      },
    );
    expect(exports).toEqual({ self: undefined, m: "file:///x" });
  });

  it("keeps every line where it was", () => {
    const code =
      'import {\n  one,\n  two\n} from "a";\nconst x = import.meta;\nconst marker = "here";\nexport {\n  x\n};\n';
    const lineOf = (text: string): number => text.split("\n").findIndex((line) => line.includes('"here"'));
    expect(lineOf(moduleToFunction(code))).toBe(lineOf(code));
  });
});
