import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { decodeArtifact } from "./decode-artifact.js";
import { encodeArtifact } from "./encode-artifact.js";
import { createSerializerSet } from "./serializer-set.js";

const none = createSerializerSet([]);

function refusal(value: unknown): {
  readonly code: string;
  readonly message: string;
  readonly fix: string | undefined;
} {
  try {
    encodeArtifact("x", value, none);
  } catch (error) {
    return error as MetaflowError;
  }
  throw new Error("was stored");
}

class Model {
  readonly depth = 3;
  fit(): void {}
}

function argumentsOf(..._: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: the object itself is what is tested
  return arguments;
}

function transferred(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

describe("what cannot be stored says what it is", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["a function (parse)", JSON.parse],
    ["a function", () => 1],
    ["a class (Model)", Model],
    ["a symbol (Symbol(s))", Symbol("s")],
    ["an instance of class Model", new Model()],
    ["an instance of class MyMap", new (class MyMap extends Map {})()],
    ["an instance of class MyArray", new (class MyArray extends Array {})()],
    ["an instance of class MyFloats", new (class MyFloats extends Float32Array {})(2)],
    ["an instance of class AbortController", new AbortController()],
    ["an object that inherits from another object", Object.create({ a: 1 })],
    ["a Promise", Promise.resolve(1)],
    ["a WeakMap", new WeakMap()],
    ["a WeakSet", new WeakSet()],
    ["a WeakRef", new WeakRef({})],
    ["a Proxy", new Proxy({}, {})],
    ["a Proxy", new Proxy([], {})],
    ["a Proxy of a function", new Proxy(() => 1, {})],
    ["a stream (Readable)", Readable.from([])],
    ["a stream (ReadableStream)", new ReadableStream()],
    ["a generator", (function* () {})()],
    ["an iterator", [1].values()],
    ["an iterator", new Map().entries()],
    ["a SharedArrayBuffer", new SharedArrayBuffer(8)],
    ["a view on a SharedArrayBuffer", new Uint8Array(new SharedArrayBuffer(8))],
    ["a resizable ArrayBuffer", new ArrayBuffer(8, { maxByteLength: 16 })],
    ["an ArrayBuffer that was transferred away", transferred()],
    ["an arguments object", argumentsOf(1)],
    ["a boxed primitive (such as new Number(1))", Object(1)],
    ["an object with the symbol key Symbol(k)", { [Symbol("k")]: 1 }],
    [
      "an object with the accessor 'now'",
      {
        get now() {
          return 1;
        },
      },
    ],
    ["an object with the non-enumerable property 'hidden'", Object.defineProperty({}, "hidden", { value: 1 })],
    ["an array with the extra property 'index'", "abc".match(/b/)],
    ["an array with the extra property 'name'", Object.assign(new Array(1000).fill(0), { name: "x" })],
    ...[2, 1000].flatMap((length): (readonly [string, unknown])[] => [
      ["an array with the accessor '1'", withItem(length, { get: neverRun, enumerable: true })],
      ["an array with the accessor '1'", withItem(length, { set: neverRun, enumerable: true })],
    ]),
    ["an array with the non-enumerable property '1'", withItem(1000, { value: 1, enumerable: false })],
    ["a Map with the extra property 'name'", Object.assign(new Map(), { name: "x" })],
    ["a Date with the symbol key Symbol(k)", Object.assign(new Date(0), { [Symbol("k")]: 1 })],
  ];
  it.each(cases)("%s", (what, value) => {
    for (const [path, holder] of [["x", value] as const, ["x.in[1]", { in: [0, value] }] as const]) {
      const error = refusal(holder);
      expect(error.code).toBe("MF_ARTIFACT_NOT_STORABLE");
      expect(error.message).toBe(`Artifact '${path}' cannot be stored: it is ${what}.`);
      expect(error.fix).toBeTruthy();
    }
  });

  it("a module namespace", () => {
    // The test runner's own import() gives other objects; require() of a module gives the real one.
    const file = join(mkdtempSync(join(tmpdir(), "namespace-")), "module.mjs");
    writeFileSync(file, "export const a = 1;");
    const namespace: unknown = createRequire(import.meta.url)(file);
    expect(refusal(namespace).message).toContain("it is a module namespace (import * as …).");
  });

  it("with a hint where there is one", () => {
    expect(refusal({ p: [Promise.resolve()] }).fix).toBe("Await it first: `this.x.p[0] = await …`.");
    expect(refusal(Promise.resolve()).fix).toBe("Await it first: `this.x = await …`.");
    expect(refusal(new Set([Promise.resolve()])).fix).toBe("Await it first, then store what it gave.");
    expect(refusal(Object("s")).fix).toContain("valueOf");
    expect(refusal(new Map().keys()).fix).toContain("[...iterator]");
  });
});

describe("the path leads to what cannot be stored", () => {
  const f = (): void => {};
  const cases: readonly (readonly [string, unknown])[] = [
    ["x", f],
    ["x[3].fit", [0, 1, 2, { fit: f }]],
    ["x[3].fit", [0, 1, new Date(), { fit: f }]],
    ['x["two words"]', { "two words": f }],
    ["x.größe", { größe: f }],
    ['x.get("k").a', new Map([["k", { a: f }]])],
    ["x.get(7)", new Map([[7, f]])],
    [
      "[...x.keys()][1]",
      new Map<unknown, unknown>([
        ["a", 1],
        [f, 2],
      ]),
    ],
    ["[...x.values()][0].b", new Map([[{ key: 1 }, { b: f }]])],
    ["[...x][1][0]", new Set([1, [f]])],
    ["x[5]", Object.assign(new Array(9), { 5: f })],
    ["x.cause.handle", new Error("e", { cause: { handle: f } })],
    ["x.errors[0].f", new AggregateError([Object.assign(new Error("e"), { f })])],
  ];
  it.each(cases)("%s", (path, value) => {
    expect(refusal(value).message).toBe(`Artifact '${path}' cannot be stored: it is a function (f).`);
  });

  it("at any depth", () => {
    let value: unknown = f;
    for (let i = 0; i < 20_000; i++) value = [value];
    expect(refusal(value).message.startsWith("Artifact 'x[0][0]")).toBe(true);
  });
});

describe("values of another realm", () => {
  it("are the same types here", () => {
    const value = runInContext(
      "({ list: [1, 2], map: new Map([['a', new Date(0)]]), error: new TypeError('no'), bytes: new Uint8Array([1]) })",
      createContext(),
    );
    const encoded = encodeArtifact("x", value, none);
    const back = decodeArtifact("x", encoded, Buffer.concat(encoded.chunks), none) as Record<string, unknown>;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(back.list).toEqual([1, 2]);
    expect(back.map).toEqual(new Map([["a", new Date(0)]]));
    expect(back.error).toBeInstanceOf(TypeError);
    expect(back.bytes).toEqual(new Uint8Array([1]));
  });

  it("of a class of their own are refused like any", () => {
    const value = runInContext("new (class Map2 extends Map {})()", createContext());
    expect(refusal(value).message).toContain("an instance of class Map2");
  });
});

describe("the type", () => {
  it.each([
    ["Array", [1]],
    ["Object", { a: undefined }],
    ["Object", Object.create(null)],
    ["Map", new Map()],
    ["TypeError", new TypeError()],
    ["RangeError", new (class Own extends RangeError {})()],
    ["Buffer", Buffer.from("a")],
    ["DataView", new DataView(new ArrayBuffer(1))],
    ["bigint", 1n],
    ["undefined", undefined],
    ["number", Number.NaN],
    ["number", 1],
    ["null", null],
  ])("%s", (type, value) => {
    expect(encodeArtifact("x", value, none).type).toBe(type);
  });
});

/** Zeros, besides the item at 1. */
function withItem(length: number, property: PropertyDescriptor): unknown[] {
  return Object.defineProperty(new Array(length).fill(0), "1", property);
}

function neverRun(): never {
  throw new Error("Code of a value was run.");
}
