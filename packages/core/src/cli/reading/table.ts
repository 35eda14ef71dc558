import { stripVTControlCharacters } from "node:util";

/** Lines of aligned columns, two spaces apart. The last column is as wide as it is. Cells may be coloured. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  return rows.map((row) => {
    const padded = row.map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - widthOf(cell)));
    return padded.join("  ").trimEnd();
  });
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
