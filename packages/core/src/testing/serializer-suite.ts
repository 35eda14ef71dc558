import { describe, expect, it } from "vitest";
import { decodeArtifact } from "../artifacts/decode-artifact.js";
import { encodeArtifact } from "../artifacts/encode-artifact.js";
import { differenceOf } from "../artifacts/same-structure.js";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import type { ArtifactSerializer } from "../contracts/serializer.js";

/** What the suite needs to know of a serializer. */
export interface SerializerSuiteOptions<T> {
  readonly serializer: ArtifactSerializer<T>;
  /** Values that it claims; at least one, better a few, the empty and the odd ones among them. */
  readonly samples: readonly T[];
  /** Values that look similar and that it must not claim. Core's own types are checked anyway. */
  readonly foreign?: readonly unknown[] | undefined;
  /** Whether two values are equal. By default their classes, own properties and contents are compared. */
  readonly equal?: ((left: T, right: T) => boolean) | undefined;
}

/** A rule of the contract; `check` rejects where it is broken. */
export interface SerializerRule {
  readonly name: string;
  check(): Promise<void>;
}

/**
 * Conformance suite of a serializer: call it at the top of a Vitest test file.
 *
 * @example
 * serializerSuite({ serializer: money, samples: [new Money(1n)], foreign: [{ amount: 1n }] });
 */
export function serializerSuite<T>(options: SerializerSuiteOptions<T>): void {
  describe(`serializer '${options.serializer.name}'`, () => {
    for (const rule of serializerRules(options)) it(rule.name, () => rule.check());
  });
}

/** The rules that {@link serializerSuite} runs. */
export function serializerRules<T>(options: SerializerSuiteOptions<T>): readonly SerializerRule[] {
  const { serializer, samples, foreign = [] } = options;
  const equal = options.equal ?? ((left: T, right: T) => differenceOf(left, right) === undefined);
  const forSamples = (check: (sample: T) => void) => async () => {
    for (const sample of samples) check(sample);
  };
  return [
    { name: "has a name, a version and a package", check: async () => void setOf(serializer) },
    { name: "has samples", check: async () => expect(samples.length, "give at least one sample").toBeGreaterThan(0) },
    {
      name: "claims its own values",
      check: forSamples((sample) => expect(serializer.claims(sample), "claims(sample)").toBe(true)),
    },
    {
      name: "claims nothing else",
      check: async () => {
        for (const value of [...coreValues(), ...foreign]) {
          expect(serializer.claims(value), `claims(${describeValue(value)})`).toBe(false);
        }
      },
    },
    {
      name: "brings values back equal",
      check: forSamples((sample) => {
        const back = roundTrip(serializer, sample);
        expect(serializer.claims(back), "claims(decoded value)").toBe(true);
        expect(equal(back, sample), "the decoded value equals the one that was encoded").toBe(true);
      }),
    },
    { name: "brings values back inside others, with their identity", check: forSamples(nested(serializer, equal)) },
    {
      name: "encodes equal values to equal bytes",
      check: forSamples((sample) => {
        const first = bytesOf(serializer, sample);
        expect(bytesOf(serializer, sample).equals(first), "a second encode() gives the same bytes").toBe(true);
        const again = bytesOf(serializer, roundTrip(serializer, sample));
        expect(again.equals(first), "the decoded value encodes to the same bytes").toBe(true);
      }),
    },
    { name: "changes neither the value nor the data", check: forSamples(unchanged(serializer)) },
    { name: "decodes independent values", check: forSamples(independent(serializer)) },
  ];
}

function nested<T>(serializer: ArtifactSerializer<T>, equal: (left: T, right: T) => boolean): (sample: T) => void {
  return (sample) => {
    const value = { list: [sample, sample], map: new Map([["key", sample]]), set: new Set([sample]) };
    const back = roundTrip(serializer as ArtifactSerializer, value) as typeof value;
    const [first, second] = back.list as [T, T];
    expect(equal(first, sample), "inside an array").toBe(true);
    expect(second === first, "one value in two places stays one value").toBe(true);
    expect(back.map.get("key") === first && back.set.has(first), "inside a Map and a Set").toBe(true);
  };
}

function unchanged<T>(serializer: ArtifactSerializer<T>): (sample: T) => void {
  return (sample) => {
    const before = bytesOf(serializer, sample);
    const data = serializer.encode(sample);
    const dataBefore = plainBytes(serializer, data);
    serializer.decode(data, serializer.version);
    expect(plainBytes(serializer, data).equals(dataBefore), "decode() leaves its data as it is").toBe(true);
    expect(bytesOf(serializer, sample).equals(before), "encode() leaves the value as it is").toBe(true);
  };
}

function independent<T>(serializer: ArtifactSerializer<T>): (sample: T) => void {
  return (sample) => {
    const [one, two] = [roundTrip(serializer, sample), roundTrip(serializer, sample)];
    expect(one !== two && one !== sample, "every decode() gives a new value").toBe(true);
  };
}

function setOf<T>(serializer: ArtifactSerializer<T>) {
  return createSerializerSet([serializer as ArtifactSerializer]);
}

function plainBytes<T>(serializer: ArtifactSerializer<T>, value: unknown): Buffer {
  return Buffer.concat(encodeArtifact("sample", value, setOf(serializer)).chunks);
}

function bytesOf<T>(serializer: ArtifactSerializer<T>, value: T): Buffer {
  return plainBytes(serializer, value);
}

function roundTrip<T>(serializer: ArtifactSerializer<T>, value: T): T {
  const set = setOf(serializer);
  const { type, encoding, chunks } = encodeArtifact("sample", value, set);
  return decodeArtifact("sample", { type, encoding }, Buffer.concat(chunks), set) as T;
}

/** One value of each of core's types. */
function coreValues(): readonly unknown[] {
  return [
    ...[null, undefined, true, 1, "text", 1n],
    ...[{}, [], Object.create(null), new Map(), new Set(), new Date(0), /x/, new URL("https://example.org")],
    ...[new Error("x"), new TypeError("x"), new ArrayBuffer(8), Buffer.alloc(8), new Float64Array(1)],
  ];
}

function describeValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.prototype.toString.call(value);
}
