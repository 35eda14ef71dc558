import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArtifactEncoding } from "../contracts/serializer.js";
import { fingerprint, isBlobRef, toRef } from "./artifact-ref.js";
import { decodeArtifact, decodeInline } from "./decode-artifact.js";
import { encodeArtifact } from "./encode-artifact.js";
import { differenceOf } from "./same-structure.js";
import { createSerializerSet } from "./serializer-set.js";

const none = createSerializerSet([]);

function roundTrip<T>(value: T): T {
  const encoded = encodeArtifact("x", value, none);
  return decodeArtifact("x", encoded, Buffer.concat(encoded.chunks), none) as T;
}

function encodingOf(value: unknown): ArtifactEncoding {
  return encodeArtifact("x", value, none).encoding;
}

/** Everything that fast-check can make and that core stores. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withObjectString: true,
  withUnicodeString: true,
  key: fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "0", "length")),
} as fc.ObjectConstraints);

type Container = unknown[] | Map<unknown, unknown> | Set<unknown> | Record<string, unknown>;

/** Containers with random edges between them: shared references, cycles, containers in themselves. */
const graphs = fc
  .record({
    kinds: fc.array(fc.constantFrom("array", "object", "null", "map", "set"), { minLength: 1, maxLength: 12 }),
    edges: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), leaf: anything }), { maxLength: 40 }),
  })
  .map(({ kinds, edges }) => {
    const containers = kinds.map(makeContainer);
    const at = (index: number) => containers[index % containers.length] as Container;
    for (const [i, edge] of edges.entries()) {
      link(at(edge.from), i, at(edge.to));
      link(at(edge.from), i + edges.length, edge.leaf);
    }
    return containers;
  });

function makeContainer(kind: string): Container {
  if (kind === "array") return [];
  if (kind === "map") return new Map();
  if (kind === "set") return new Set();
  return kind === "null" ? Object.create(null) : {};
}

function link(from: Container, key: number, to: unknown): void {
  if (Array.isArray(from)) from.push(to);
  else if (from instanceof Map) from.set(key % 2 === 0 ? to : key, to);
  else if (from instanceof Set) from.add(to);
  else from[`k${key}`] = to;
}

describe("any value", () => {
  it("comes back with its type and its identity", () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(differenceOf(roundTrip(value), value)).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });

  it("comes back with its cycles and shared references", () => {
    fc.assert(
      fc.property(graphs, (value) => {
        expect(differenceOf(roundTrip(value), value)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("gives equal bytes for equal values", () => {
    fc.assert(
      fc.property(fc.oneof(anything, graphs), (value) => {
        const first = encodeArtifact("x", value, none);
        const second = encodeArtifact("x", roundTrip(value), none);
        expect(fingerprint(second)).toBe(fingerprint(first));
        expect(second.type).toBe(first.type);
      }),
      { numRuns: 500 },
    );
  });

  it("is not changed by being stored, nor is any prototype by being read", () => {
    const before = Reflect.ownKeys(Object.prototype);
    const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":null}');
    value.a = new Date(0);
    expect(differenceOf(roundTrip(value), value)).toBeUndefined();
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("has the size of its bytes, and is found again from its record", () => {
    fc.assert(
      fc.property(anything, fc.boolean(), (value, inline) => {
        const encoded = encodeArtifact("x", value, none);
        const bytes = Buffer.concat(encoded.chunks);
        expect(encoded.size).toBe(bytes.byteLength);
        const ref = toRef(encoded, { inlineLimit: inline ? encoded.size : encoded.size - 1 });
        expect(isBlobRef(ref)).toBe(!inline);
        const back = isBlobRef(ref)
          ? decodeArtifact("x", ref, bytes, none)
          : decodeInline("x", JSON.parse(JSON.stringify(ref)), none);
        expect(differenceOf(back, value)).toBeUndefined();
      }),
    );
  });
});

describe("one value of each kind", () => {
  const error = Object.assign(new TypeError("no", { cause: new RangeError("deep") }), { code: "E_NO", at: [1, 2] });
  const sticky = /a(?<b>.)/giy;
  sticky.lastIndex = 3;
  const cases: readonly (readonly [string, unknown, ArtifactEncoding])[] = [
    ["a string with lone surrogates", "\ud800 and \udfff", "json"],
    ["an empty string", "", "json"],
    ["an empty array", [], "json"],
    ["an empty object", {}, "json"],
    ["null", null, "json"],
    ["undefined", undefined, "graph"],
    ["NaN", Number.NaN, "graph"],
    ["-0", -0, "graph"],
    ["-Infinity", [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], "graph"],
    ["a large bigint", -(2n ** 200n), "graph"],
    ["0n", 0n, "graph"],
    ["a Date", new Date(1e12), "graph"],
    ["an invalid Date", new Date(Number.NaN), "graph"],
    ["a RegExp with lastIndex", sticky, "graph"],
    ["a URL", new URL("https://user@example.org:8080/a b?c#d"), "graph"],
    ["an empty Map", new Map(), "graph"],
    ["an Error with everything", error, "graph"],
    ["an AggregateError", new AggregateError([error, "text"], "all"), "graph"],
    ["an Error without a stack", Object.defineProperty(new Error("x"), "stack", { value: undefined }), "graph"],
    ["a sparse array", Object.assign(new Array(6), { 1: 1, 3: undefined }), "graph"],
    ["a very long sparse array", Object.assign(new Array(4_000_000_000), { 7: "x" }), "graph"],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), "graph"],
    ["an ArrayBuffer", new Uint8Array([1, 2, 3]).buffer, "bytes"],
    ["a DataView", new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2), "bytes"],
    ["a Buffer", Buffer.from("héllo"), "bytes"],
    ["an empty Buffer", Buffer.alloc(0), "bytes"],
    ["a BigInt64Array", new BigInt64Array([1n, -1n]), "bytes"],
    ["a part of a Float64Array", new Float64Array([1, 2, 3]).subarray(1), "bytes"],
    ["buffers inside", { a: Buffer.from("a"), b: new Uint16Array([1, 2]), c: new ArrayBuffer(0) }, "graph"],
  ];
  it.each(cases)("%s", (_name, value, encoding) => {
    expect(encodingOf(value)).toBe(encoding);
    expect(differenceOf(roundTrip(value), value)).toBeUndefined();
  });

  it("a Float16Array, where Node has it", () => {
    const made = (globalThis as { Float16Array?: new (items: number[]) => ArrayBufferView }).Float16Array;
    if (made === undefined) return;
    const value = [new made([1.5, -2])];
    expect(differenceOf(roundTrip(value), value)).toBeUndefined();
  });

  it("an error of a class of the user's own comes back as the nearest built-in with its name", () => {
    class HttpError extends TypeError {
      status = 404;
    }
    const back = roundTrip(new HttpError("gone"));
    expect(Object.getPrototypeOf(back)).toBe(TypeError.prototype);
    expect(back).toMatchObject({ name: "HttpError", message: "gone", status: 404 });
    expect(Object.keys(back)).toEqual(["status"]);
    expect(roundTrip(new DOMException("late", "TimeoutError"))).toMatchObject({
      name: "TimeoutError",
      message: "late",
    });
  });

  it("an error that leads back to itself", () => {
    const loop = new Error("loop");
    loop.cause = { of: loop };
    const back = roundTrip(loop);
    expect((back.cause as { of: unknown }).of).toBe(back);
  });
});

describe("memory", () => {
  it("is not copied when it is encoded", () => {
    const data = new Float64Array(1000);
    expect(encodeArtifact("x", data, none).chunks.map((chunk) => chunk.buffer)).toEqual([data.buffer]);
    expect(encodeArtifact("x", { data }, none).chunks[1]?.buffer).toBe(data.buffer);
  });

  it("is taken over when bytes are decoded that fill it", () => {
    const bytes = new Uint8Array(1 << 16);
    expect((decodeArtifact("x", { type: "Buffer", encoding: "bytes" }, bytes, none) as Buffer).buffer).toBe(
      bytes.buffer,
    );
    const part = decodeArtifact("x", { type: "Float64Array", encoding: "bytes" }, bytes.subarray(4, 12), none);
    expect((part as Float64Array).buffer.byteLength).toBe(8);
  });

  it("is shared again by views that shared it", () => {
    const memory = new ArrayBuffer(32);
    const back = roundTrip({ a: new Uint8Array(memory, 3, 16), b: new Float64Array(memory, 8, 2) });
    back.b[0] = 1;
    expect(back.a.buffer).toBe(back.b.buffer);
    expect([...back.a].some((byte) => byte !== 0)).toBe(true);
    const halves = roundTrip([new Uint8Array(memory, 0, 16), new Uint8Array(memory, 16)]);
    expect(halves[0]?.buffer).toBe(halves[1]?.buffer);
    const whole = roundTrip({ memory, last: new Uint8Array(memory, 31) });
    expect(whole.last.buffer).toBe(whole.memory);
    expect(whole.last.byteOffset).toBe(31);
  });

  it("of Node's pool is not stored beside a small Buffer", () => {
    const [secret, shown] = [Buffer.from("hunter2!"), Buffer.from("visible!")];
    expect(secret.buffer).toBe(shown.buffer);
    for (const value of [shown, { shown }, { a: shown, b: Buffer.from("second") }]) {
      const bytes = Buffer.concat(encodeArtifact("x", value, none).chunks);
      expect(bytes.includes("hunter2")).toBe(false);
    }
    const back = roundTrip({ shown, also: secret });
    expect(back.shown.buffer.byteLength).toBe(8);
    expect(back.also.buffer).not.toBe(back.shown.buffer);
  });
});

describe("size", () => {
  it("of nesting is no limit", () => {
    let array: unknown = "end";
    let map: unknown = "end";
    for (let i = 0; i < 100_000; i++) [array, map] = [[array], new Map([[i, map]])];
    for (const value of [array, map]) expect(differenceOf(roundTrip(value), value)).toBeUndefined();
    expect(encodingOf(array)).toBe("graph");
  });

  it("is JSON text as JSON.stringify writes it", () => {
    const value = { rows: Array.from({ length: 1000 }, (_, i) => ({ i, name: `é${i}`, tags: [i % 2 === 0, null] })) };
    const encoded = encodeArtifact("x", value, none);
    expect(Buffer.concat(encoded.chunks).toString()).toBe(JSON.stringify(value));
    expect(encoded.type).toBe("Object");
  });
});

describe("the format", () => {
  it("is the one that the reference shows", () => {
    const value = { at: new Date(0), raw: new Uint8Array([1, 2, 3]), n: 12n };
    const bytes = Buffer.concat(encodeArtifact("x", value, none).chunks);
    const reference = readFileSync(new URL("../../../../docs/reference/artifacts.md", import.meta.url), "utf8");
    const example = /^\{"version":1,.*$/m.exec(reference)?.[0];
    expect(bytes.toString("latin1")).toBe(`${example}\n\x01\x02\x03`);
  });
});
