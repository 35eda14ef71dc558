import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const speciesNames = ["Adelie", "Chinstrap", "Gentoo"] as const;
export type Species = (typeof speciesNames)[number];

export interface Penguin {
  species: Species;
  island: string;
  /** Beak length (mm), beak depth (mm), flipper length (mm), body mass (g). */
  measures: number[];
}

interface Row {
  Species: Species;
  Island: string;
  "Beak Length (mm)": number | null;
  "Beak Depth (mm)": number | null;
  "Flipper Length (mm)": number | null;
  "Body Mass (g)": number | null;
}

/** The penguins of the Palmer Archipelago, as the npm package `vega-datasets` ships them. */
export function loadPenguins(): { penguins: Penguin[]; incomplete: number } {
  const rows = readRows();
  const penguins: Penguin[] = [];
  for (const row of rows) {
    const measures = [
      row["Beak Length (mm)"],
      row["Beak Depth (mm)"],
      row["Flipper Length (mm)"],
      row["Body Mass (g)"],
    ].filter((measure) => measure !== null);
    if (measures.length === 4) penguins.push({ species: row.Species, island: row.Island, measures });
  }
  return { penguins, incomplete: rows.length - penguins.length };
}

const require = createRequire(import.meta.url);

function readRows(): Row[] {
  // The package exports its code only; the data lies beside it.
  const code = require.resolve("vega-datasets");
  return JSON.parse(readFileSync(join(dirname(code), "../data/penguins.json"), "utf8")) as Row[];
}

/** Parts of equal size; the species are spread over all of them, since the penguins come sorted. */
export function deal(penguins: readonly Penguin[], parts: number): Penguin[][] {
  return Array.from({ length: parts }, (_, part) => penguins.filter((_, index) => index % parts === part));
}
