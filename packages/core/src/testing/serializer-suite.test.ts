import { describe, expect, it } from "vitest";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import { serializerRules, serializerSuite } from "./serializer-suite.js";

class Grid {
  cells: number[];
  constructor(cells: number[]) {
    this.cells = cells;
  }
}

const grid: ArtifactSerializer<Grid> = {
  name: "grid",
  version: 1,
  package: "@acme/grid",
  claims: (value) => value instanceof Grid,
  encode: ({ cells }) => ({ cells: Float64Array.from(cells) }),
  decode(data) {
    return new Grid([...(data as { cells: Float64Array }).cells]);
  },
};

const samples = [new Grid([]), new Grid([1, -0, Number.NaN])];

serializerSuite({ serializer: grid, samples, foreign: [{ cells: [1] }] });

/** Names of the rules that a serializer breaks. */
async function broken(change: Partial<ArtifactSerializer<Grid>>, values: readonly Grid[] = samples): Promise<string[]> {
  const rules = serializerRules({ serializer: { ...grid, ...change }, samples: values, foreign: [{ cells: [1] }] });
  const names: string[] = [];
  for (const { name, check } of rules) {
    await check().catch(() => names.push(name));
  }
  return names;
}

describe("the suite finds", () => {
  let count = 0;
  const kept = new Grid([7]);
  const cases: readonly (readonly [string, Partial<ArtifactSerializer<Grid>>])[] = [
    ["has a name, a version and a package", { package: "" }],
    ["claims its own values", { claims: (value): value is Grid => value instanceof Grid && value.cells.length > 0 }],
    ["claims nothing else", { claims: (value): value is Grid => typeof (value as Grid | null)?.cells === "object" }],
    ["claims nothing else", { claims: (value): value is Grid => value instanceof Grid || value instanceof Map }],
    ["brings values back equal", { decode: () => new Grid([]) }],
    ["brings values back equal", { decode: (data) => data as Grid }],
    ["brings values back inside others, with their identity", { decode: () => new Grid([5]) }],
    [
      "encodes equal values to equal bytes",
      { encode: ({ cells }) => ({ cells: Float64Array.from(cells), at: count++ }) },
    ],
    [
      "changes neither the value nor the data",
      {
        encode: (value) => {
          value.cells.push(1);
          return { cells: Float64Array.from(value.cells) };
        },
      },
    ],
    [
      "changes neither the value nor the data",
      {
        decode: (data, version) => {
          const back = grid.decode(data, version);
          (data as { cells: unknown }).cells = null;
          return back;
        },
      },
    ],
    ["decodes independent values", { decode: () => kept }],
  ];
  it.each(cases)("a serializer that breaks: %s", async (rule, change) => {
    expect(await broken(change, [new Grid([]), new Grid([1, 2])])).toContain(rule);
  });

  it("nothing in a sound one, and missing samples", async () => {
    expect(await broken({})).toEqual([]);
    expect(await broken({}, [])).toEqual(["has samples"]);
  });

  it("every rule is proven", () => {
    const proven = new Set([...cases.map(([rule]) => rule), "has samples"]);
    const rules = serializerRules({ serializer: grid, samples });
    expect(rules.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
  });
});
