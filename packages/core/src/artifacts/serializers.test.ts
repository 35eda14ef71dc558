import { describe, expect, it } from "vitest";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { decodeArtifact } from "./decode-artifact.js";
import { encodeArtifact } from "./encode-artifact.js";
import { differenceOf } from "./same-structure.js";
import { createSerializerSet } from "./serializer-set.js";

class Money {
  readonly amount: bigint;
  readonly notes: unknown;
  constructor(amount: bigint, notes: unknown = null) {
    this.amount = amount;
    this.notes = notes;
  }
}

const money: ArtifactSerializer<Money> = {
  name: "money",
  version: 2,
  package: "@acme/money",
  claims: (value) => value instanceof Money,
  encode: ({ amount, notes }) => ({ amount, notes }),
  decode(data) {
    const { amount, notes } = data as Money;
    return new Money(amount, notes);
  },
};

const set = createSerializerSet([money as ArtifactSerializer]);

function bytesOf(value: unknown, serializers = set): Buffer {
  return Buffer.concat(encodeArtifact("x", value, serializers).chunks);
}

function roundTrip<T>(value: T, serializers = set): T {
  return decodeArtifact("x", { type: "", encoding: "graph" }, bytesOf(value, serializers), serializers) as T;
}

function failure(action: () => unknown): MetaflowError {
  try {
    action();
  } catch (error) {
    return error as MetaflowError;
  }
  throw new Error("did not fail");
}

const variant = (change: Partial<ArtifactSerializer<Money>>) =>
  createSerializerSet([{ ...money, ...change } as ArtifactSerializer]);

describe("a claimed value", () => {
  it("comes back anywhere inside a value, with its identity", () => {
    const coin = new Money(5n, new Map([["memory", Buffer.from("bytes")]]));
    const value = { first: coin, set: new Set([coin]), map: new Map([[coin, [coin]]]), last: new Money(1n) };
    expect(differenceOf(roundTrip(value), value)).toBeUndefined();
    expect(encodeArtifact("x", coin, set).type).toBe("money");
    expect(roundTrip(coin)).toBeInstanceOf(Money);
  });

  it("may hold other claimed values, shared ones too, however deep", () => {
    const shared = new Money(1n);
    let chain = new Money(0n, shared);
    for (let i = 0; i < 5_000; i++) chain = new Money(BigInt(i), [chain]);
    const value = [shared, chain];
    expect(differenceOf(roundTrip(value), value)).toBeUndefined();
  });

  it("may sit in a cycle of the values around it, not in one through itself", () => {
    const around: unknown[] = [];
    around.push(new Money(1n, around));
    const back = roundTrip(around) as [Money];
    expect(back[0].notes).toBe(back);
    const notes: unknown[] = [];
    const coin = new Money(1n, notes);
    notes.push(coin);
    const error = failure(() => bytesOf({ coin }));
    expect(error.code).toBe("MF_ARTIFACT_NOT_STORABLE");
    expect(error.message).toContain("'x.coin<money>.notes[0]'");
  });

  it("is written with the version and the package that reading it takes", () => {
    const text = bytesOf([new Money(1n), new Money(2n)]).toString();
    expect(text.match(/@acme\/money/g)).toHaveLength(1);
    const versions: number[] = [];
    const newer = variant({
      version: 3,
      decode(data, version) {
        versions.push(version);
        return money.decode(data, version);
      },
    });
    decodeArtifact("x", { type: "", encoding: "graph" }, bytesOf(new Money(1n)), newer);
    expect(versions).toEqual([2]);
  });

  it("is never one of core's own types", () => {
    const greedy = variant({ claims: (value): value is Money => true });
    expect(bytesOf({ a: [1], b: "c" }, greedy).toString()).toBe('{"a":[1],"b":"c"}');
    expect(bytesOf(new Map(), greedy).toString()).not.toContain("Custom");
  });

  it("may be an error of a class that the serializer knows", () => {
    class Refused extends Error {}
    const refused: ArtifactSerializer<Refused> = {
      ...{ name: "refused", version: 1, package: "refused" },
      claims: (value) => value instanceof Refused,
      encode: (error) => error.message,
      decode: (data) => new Refused(String(data)),
    };
    const serializers = createSerializerSet([refused as ArtifactSerializer]);
    expect(roundTrip([new Refused("x")], serializers)[0]).toBeInstanceOf(Refused);
  });
});

describe("an error says", () => {
  it("which package to install", () => {
    const none = createSerializerSet([]);
    const error = failure(() =>
      decodeArtifact("pay", { type: "money", encoding: "graph" }, bytesOf(new Money(1n)), none),
    );
    expect(error.code).toBe("MF_ARTIFACT_SERIALIZER_MISSING");
    expect(error.message).toBe("Artifact 'pay' was stored by the serializer 'money', which is not installed.");
    expect(error.fix).toBe("Install it: npm install @acme/money");
  });

  it("which package to update", () => {
    const form = { type: "money", encoding: "graph" } as const;
    const error = failure(() => decodeArtifact("pay", form, bytesOf(new Money(1n)), variant({ version: 1 })));
    expect(error.code).toBe("MF_ARTIFACT_SERIALIZER_OUTDATED");
    expect(error.fix).toContain("@acme/money");
  });

  it.each(["claims", "encode", "decode"] as const)("that %s threw, and where", (action) => {
    const cause = new RangeError("no coins");
    const broken = variant({
      [action]: () => {
        throw cause;
      },
    });
    const error = failure(() =>
      action === "decode"
        ? decodeArtifact("x", { type: "", encoding: "graph" }, bytesOf({ pay: [new Money(1n)] }), broken)
        : bytesOf({ pay: [new Money(1n)] }, broken),
    );
    expect(error.code).toBe("MF_ARTIFACT_SERIALIZER_FAILED");
    expect(error.message).toContain(
      `'money' failed on artifact 'x${action === "decode" ? "" : ".pay[0]"}' in ${action}()`,
    );
    expect(error.cause).toBe(cause);
  });

  it("what in a serializer's data cannot be stored", () => {
    const lazy = variant({ encode: () => ({ load: () => 1 }) });
    expect(failure(() => bytesOf([new Money(1n)], lazy)).message).toContain(
      "'x[0]<money>.load' cannot be stored: it is a function",
    );
  });

  it("that encode never ends", () => {
    const endless = variant({ encode: ({ amount }) => new Money(amount + 1n) });
    expect(failure(() => bytesOf(new Money(1n), endless)).message).toContain("more than 10000 values of serializers");
  });
});

describe("a set of serializers", () => {
  it.each([
    ["name", { name: "" }],
    ["type that core stores", { name: "Map" }],
    ["version", { version: 0 }],
    ["package", { package: "" }],
    ["method 'decode'", { decode: undefined as never }],
  ])("refuses one without a proper %s", (reason, change) => {
    const error = failure(() => variant(change));
    expect(error.code).toBe("MF_SERIALIZER_INVALID");
    expect(error.message).toContain(reason);
  });

  it("refuses two of one name, naming both packages", () => {
    const other = { ...money, package: "other" };
    const error = failure(() => createSerializerSet([money, other] as ArtifactSerializer[]));
    expect(error.code).toBe("MF_SERIALIZER_DUPLICATE");
    expect(error.message).toContain("@acme/money and other");
  });
});
