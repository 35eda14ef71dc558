import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { decodeArtifact, decodeInline, type StoredForm } from "./decode-artifact.js";
import { encodeArtifact } from "./encode-artifact.js";
import { DEFAULT_LIMITS } from "./format.js";
import { createSerializerSet } from "./serializer-set.js";

const none = createSerializerSet([]);
const graph: StoredForm = { type: "Object", encoding: "graph" };

function failure(form: StoredForm, bytes: Uint8Array | string, limits = DEFAULT_LIMITS): MetaflowError {
  try {
    decodeArtifact("model", form, Buffer.from(bytes), none, limits);
  } catch (error) {
    if (isMetaflowError(error)) return error;
    throw error;
  }
  throw new Error("was read");
}

function document(change: object, buffers = ""): string {
  return `${JSON.stringify({ version: 1, serializers: [], buffers: [], root: [0], nodes: [], ...change })}\n${buffers}`;
}

describe("a damaged document", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["no end", '{"version":1}'],
    ["no JSON", "{nope\n"],
    ["no UTF-8", "\xff\n"],
    ["null", "null\n"],
    ["no version", document({ version: undefined })],
    ["a version that is no number", document({ version: "1" })],
    ["no nodes", document({ nodes: {} })],
    ["a root that is not there", document({})],
    ["a root at -1", document({ root: [-1], nodes: [["Array"]] })],
    ["a root at 0.5", document({ root: [0.5], nodes: [["Array"]] })],
    ["a root that names a method", document({ root: ["length"], nodes: [["Array"]] })],
    ["an unknown type", document({ nodes: [["Function", "alert(1)"]] })],
    ["a type that is on a prototype", document({ nodes: [["constructor"]] })],
    ["a key without a value", document({ nodes: [["Object", "a"]] })],
    ["a key that is no string", document({ nodes: [["Object", ["undefined"], 1]] })],
    ["a nested slot", document({ nodes: [["Array", [[[0]]]]] })],
    ["an object as slot", document({ nodes: [["Array", { a: 1 }]] })],
    ["a Map's key without value", document({ nodes: [["Map", 1]] })],
    ["a bad bigint", document({ nodes: [["Array", ["bigint", "1e9"]]] })],
    ["a bad number", document({ nodes: [["Array", ["number", "1"]]] })],
    ["a bad RegExp", document({ nodes: [["RegExp", "(", "", 0]] })],
    ["a bad URL", document({ nodes: [["URL", "no url"]] })],
    ["a bad Date", document({ nodes: [["Date", "today"]] })],
    ["an Error of an unknown class", document({ nodes: [["Error", "Object", 0]] })],
    ["an array of no length", document({ nodes: [["SparseArray", 1.5]] })],
    ["an array that is too long", document({ nodes: [["SparseArray", 2 ** 32]] })],
    ["an item behind the end", document({ nodes: [["SparseArray", 3, 3, 1]] })],
    ["an item at a key", document({ nodes: [["SparseArray", 3, "__proto__", 1]] })],
    ["a buffer that is not there", document({ nodes: [["ArrayBuffer", 0]] })],
    ["a buffer that is longer than the bytes", document({ buffers: [1e15] })],
    ["a buffer of negative length", document({ buffers: [-1] })],
    ["bytes that no buffer has", document({ nodes: [["Array"]] }, "x")],
    ["a view outside of its buffer", document({ buffers: [2], nodes: [["Uint8Array", 0, 1, 2]] }, "ab")],
    ["a view that is not aligned", document({ buffers: [8], nodes: [["Uint16Array", 0, 1, 2]] }, "abcdefgh")],
    ["a view at a negative offset", document({ buffers: [2], nodes: [["Uint8Array", 0, -1, 1]] }, "ab")],
    ["a serializer that is not listed", document({ nodes: [["Custom", 0, 1]] })],
    ["a serializer without a package", document({ serializers: [{ name: "x", version: 1 }] })],
  ];
  it.each(cases)("with %s", (_name, bytes) => {
    const error = failure(graph, Buffer.from(bytes, "latin1"));
    expect(error.code).toBe("MF_ARTIFACT_CORRUPT");
    expect(error.message).toMatch(/^Artifact 'model' is damaged: ./);
    expect(error.fix).toBeTruthy();
  });

  it("never changes a prototype", () => {
    const hostile = document({
      nodes: [
        ["Object", "__proto__", [1]],
        ["Object", "polluted", true],
      ],
    });
    const value = decodeArtifact("x", graph, Buffer.from(hostile), none) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
  });

  it("of any kind is an error with a code, or a value", () => {
    const sample = {
      list: Object.assign(new Array(4), { 0: 1, 2: Number.NaN, 3: 3n }),
      map: new Map<unknown, unknown>([
        ["k", new Set([1])],
        [{}, new Date(0)],
      ]),
      error: new TypeError("no", { cause: /x/g }),
      bytes: [Buffer.from("some bytes"), new Float64Array([1, 2]), new URL("https://example.org")],
    };
    const bytes = Buffer.concat(encodeArtifact("x", Object.assign(sample, { loop: sample }), none).chunks);
    const before = Reflect.ownKeys(Object.prototype).length;
    const change = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 0, max: 255 }), cut: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let damaged = Buffer.from(bytes);
        for (const { at, by, cut } of changes) {
          if (cut < 5) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + cut)]);
          else if (at < damaged.length) damaged[at] = by;
        }
        expectValueOrError(damaged);
      }),
      { numRuns: 5000 },
    );
    expect(Reflect.ownKeys(Object.prototype).length).toBe(before);
  });

  it("of any shape is an error with a code, or a value", () => {
    const tags =
      "Object NullObject Array SparseArray Map Set Date RegExp URL Error ArrayBuffer Uint8Array Float64Array Custom";
    const slot = fc.oneof(
      fc.tuple(fc.integer({ min: -1, max: 9 })),
      fc.constantFrom<unknown>(["undefined"], ["bigint", "0x1"], "__proto__", "constructor", "Error", null, 0, 3, 1e10),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const node = fc
      .tuple(fc.constantFrom(...tags.split(" ")), fc.array(slot, { maxLength: 6 }))
      .map(([tag, rest]) => [tag, ...rest]);
    fc.assert(
      fc.property(
        fc.array(node, { maxLength: 10 }),
        slot,
        fc.array(fc.nat(9), { maxLength: 2 }),
        (nodes, root, buffers) => {
          const size = buffers.reduce((sum, length) => sum + length, 0);
          expectValueOrError(Buffer.from(document({ nodes, root, buffers }, "x".repeat(size))));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

function expectValueOrError(bytes: Uint8Array): void {
  try {
    decodeArtifact("model", graph, bytes, none);
  } catch (error) {
    expect(isMetaflowError(error), String(error)).toBe(true);
  }
}

describe("damaged JSON and bytes", () => {
  it.each<readonly [string, StoredForm, string]>([
    ["text that ends early", { type: "Array", encoding: "json" }, "[1,"],
    ["another type", { type: "Array", encoding: "json" }, "{}"],
    ["nesting without end", { type: "Array", encoding: "json" }, "[".repeat(100_000) + "]".repeat(100_000)],
    ["half an element", { type: "Float64Array", encoding: "bytes" }, "abc"],
    ["a type that has no bytes", { type: "Map", encoding: "bytes" }, "abc"],
    ["a type that is on a prototype", { type: "constructor", encoding: "bytes" }, "abc"],
    ["an unknown encoding", { type: "Map", encoding: "pickle" as "json" }, "abc"],
  ])("with %s", (_name, form, bytes) => {
    expect(failure(form, bytes).code).toBe("MF_ARTIFACT_CORRUPT");
  });

  it("keeps the cause", () => {
    expect((failure({ type: "Array", encoding: "json" }, "[1,").cause as Error).cause).toBeInstanceOf(SyntaxError);
  });
});

describe("limits", () => {
  it("bound the text and the nodes", () => {
    const limits = { documentBytes: 200, nodes: 2 };
    expect(failure({ type: "Array", encoding: "json" }, `[${"1,".repeat(100)}1]`, limits).code).toBe(
      "MF_ARTIFACT_TOO_LARGE",
    );
    expect(failure(graph, document({ nodes: [["Map"], ["Map"], ["Map"]] }), limits).message).toBe(
      "Artifact 'model' is too large: it has 3 nodes (at most 2).",
    );
  });

  it("do not reserve memory for the length of a sparse array", () => {
    const before = process.memoryUsage().rss;
    decodeArtifact("x", graph, Buffer.from(document({ nodes: Array(50).fill(["SparseArray", 30_000_000]) })), none);
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
  });
});

describe("a later version", () => {
  it("of the format is refused by name", () => {
    const error = failure(graph, document({ version: 2 }));
    expect(error.code).toBe("MF_ARTIFACT_FORMAT_NEWER");
    expect(error.message).toContain("format version 2");
  });
});

describe("a value in a record", () => {
  it("is the reader's own", () => {
    const ref = { type: "Object", size: 9, encoding: "json", value: { a: [1] } } as const;
    const first = decodeInline("x", ref, none) as { a: number[] };
    first.a.push(2);
    expect(decodeInline("x", ref, none)).toEqual({ a: [1] });
  });

  it("is checked like any other", () => {
    const ref = { type: "Map", size: 9, encoding: "graph", inline: "AAAA" } as const;
    expect(() => decodeInline("x", ref, none)).toThrow("Artifact 'x' is damaged");
  });
});
