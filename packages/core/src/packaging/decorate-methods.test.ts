import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleFlow } from "./bundle-flow.js";
import { type DecorateMember, decorateMethods } from "./decorate-methods.js";

/** Decorators that do all that decorators may do to methods, and what came of it. */
const SOURCE = `
const seen: unknown[] = [];
const late: (() => void)[] = [];

function note(label: string) {
  return function (this: unknown, method: Function, context: ClassMethodDecoratorContext) {
    const { kind, name, static: isStatic, private: isPrivate, metadata, access, addInitializer } = context;
    (metadata as Record<string, unknown>)[label] = String(name);
    seen.push([label, method.name, kind, String(name), isStatic, isPrivate, Object.keys(access), typeof this]);
    addInitializer(function (this: unknown) { seen.push([label, "initialized", (this as object).constructor.name]); });
    late.push(() => addInitializer(() => {}));
  };
}
const twice = (method: (n: number) => number) => function (this: unknown, n: number) { return 2 * method.call(this, n); };
const broken = () => 7 as never;
const key = Symbol("key");

class Base {
  @note("a") @twice @note("b") one(n: number) { return n + 1; }
  @note("c") [key]() { return "symbol"; }
  @note("d") static fixed() { return "static"; }
  @note("e") #hidden() { return "private"; }
  @note("f") get value() { return this.#hidden(); }
}
class Derived extends Base {
  @note("g") override one(n: number) { return super.one(n) * 10; }
}
function failure(action: () => void): string {
  try { action(); return "none"; } catch (error) { return String(error); }
}
export const result = () => {
  const derived = new Derived();
  const metadata = Symbol.for("Symbol.metadata");
  return {
    values: [derived.one(1), derived[key](), Base.fixed(), derived.value, new Base().one(1)],
    seen,
    late: late.map(failure),
    broken: failure(() => { class Broken { @broken x() {} } return void Broken; }),
    methods: Object.getOwnPropertyDescriptors(Base.prototype).one,
    metadata: [Base, Derived].map((each) => ({ ...(Reflect.get(each, Symbol.metadata ?? metadata) as object) })),
  };
};
`;

type Evaluate = (
  load: (requests: readonly (readonly [string])[]) => Promise<unknown>,
  dynamic: unknown,
  meta: unknown,
  decorate: (helper: DecorateMember) => DecorateMember,
) => Promise<{ readonly flow: { readonly result: () => Record<string, unknown> } }>;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "decorate-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("decorates methods as the bundler's own helper does", async () => {
  const file = join(folder, "flow.ts");
  await writeFile(file, SOURCE);
  const evaluate = vm.runInThisContext((await bundleFlow(file)).code) as Evaluate;
  const resultWith = async (decorate: Parameters<Evaluate>[3]): Promise<Record<string, unknown>> => {
    const load = (requests: readonly (readonly [string])[]) => Promise.all(requests.map(([name]) => import(name)));
    const { flow } = await evaluate(load, undefined, {}, decorate);
    const { methods, ...result } = flow.result();
    return { ...result, attributes: Object.entries(methods as object).filter(([name]) => name !== "value") };
  };
  let calls = 0;
  const counted = (helper: DecorateMember): DecorateMember =>
    decorateMethods((...args) => {
      calls += 1;
      return helper(...args);
    });
  const result = await resultWith(counted);
  expect(result).toEqual(await resultWith((helper) => helper));
  expect(result.values).toEqual([40, "symbol", "static", "private", 4]);
  // The static method, the private one and the getter.
  expect(calls).toBe(3);
});
