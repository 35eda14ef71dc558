import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import { createSerializerSet } from "./serializer-set.js";
import { toTaggedJson } from "./tagged-json.js";

const none = createSerializerSet([]);
const shared = { a: 1 };
const list: unknown[] = [];
list.push(list);
const withTypeKey = { $type: "Map" };

describe("tagged JSON", () => {
  it.each<readonly [unknown, unknown]>([
    [{ a: [1, "b", null, true] }, { a: [1, "b", null, true] }],
    [undefined, { $type: "undefined" }],
    [
      [Number.NaN, -0],
      [
        { $type: "number", value: "NaN" },
        { $type: "number", value: "-0" },
      ],
    ],
    [12n, { $type: "bigint", value: "12" }],
    [new Date(0), { $type: "Date", value: "1970-01-01T00:00:00.000Z" }],
    [new Date(Number.NaN), { $type: "Date", value: null }],
    [new Map([["k", 1n]]), { $type: "Map", entries: [["k", { $type: "bigint", value: "1" }]] }],
    [new Set([1]), { $type: "Set", values: [1] }],
    [/a/g, { $type: "RegExp", source: "a", flags: "g", lastIndex: 0 }],
    [new URL("https://example.org"), { $type: "URL", value: "https://example.org/" }],
    [Object.assign(new Array(3), { 1: "x" }), { $type: "Array", length: 3, entries: [[1, "x"]] }],
    [Object.assign(Object.create(null), { a: 1 }), { $type: "Object", prototype: null, entries: [["a", 1]] }],
    [withTypeKey, { $type: "Object", entries: [["$type", "Map"]] }],
    [Buffer.from("hello"), { $type: "Buffer", byteLength: 5, base64: "aGVs", truncated: true }],
    [
      [shared, shared],
      [{ $id: 1, a: 1 }, { $ref: 1 }],
    ],
    [list, { $id: 1, $type: "Array", items: [{ $ref: 1 }] }],
    [[() => 1], [{ $type: "Unstorable", what: "a function" }]],
    [new AbortController(), { $type: "Unstorable", what: "an instance of class AbortController" }],
  ])("%#", (value, expected) => {
    expect(toTaggedJson(value, none, { maxBytes: 3 })).toEqual(expected);
  });

  it("shows what an error has", () => {
    const error = Object.assign(new TypeError("no"), { code: "E" });
    error.stack = "at";
    expect(toTaggedJson(error, none)).toMatchObject({ $type: "TypeError" });
    expect(JSON.stringify(toTaggedJson(error, none))).toContain('["message","no"]');
  });

  it("shows a claimed value as its serializer encodes it", () => {
    class Point {
      x = 1;
    }
    const point: ArtifactSerializer<Point> = {
      ...{ name: "point", version: 1, package: "point" },
      claims: (value) => value instanceof Point,
      encode: ({ x }) => ({ x }),
      decode: () => new Point(),
    };
    const set = createSerializerSet([point as ArtifactSerializer]);
    expect(toTaggedJson([new Point()], set)).toEqual([{ $type: "Custom", serializer: "point", value: { x: 1 } }]);
  });

  it("is JSON for any value, however deep", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 50_000; i++) deep = [deep];
    expect(JSON.stringify(toTaggedJson(deep, none))).toContain('"truncated":true');
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const tagged = toTaggedJson(value, none);
        expect(JSON.parse(JSON.stringify(tagged))).toEqual(tagged);
      }),
    );
  });
});
