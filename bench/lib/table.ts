import { show } from "./quantity.ts";
import type { Row } from "./rows.ts";

const HEADINGS = ["what", "ours", "compared with", "ratio", "target", ""] as const;

/** All rows as one aligned table, which is Markdown too. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(3, ...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function cellsOf(row: Row): readonly string[] {
  const { name, ours, reference, ratio, target, missing } = row;
  const against = reference === null ? "" : `${reference.what}: ${show(reference.quantity)}`;
  return [
    name,
    ours === null ? "" : show(ours),
    missing === undefined ? against : `not measured: ${missing}`,
    ratio,
    target,
    verdictOf(row),
  ];
}

function verdictOf({ met }: Row): string {
  if (met === null) return "";
  return met ? "ok" : "missed";
}
