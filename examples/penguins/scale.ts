/** Brings measures of different units to one scale: mean 0, standard deviation 1. */
export interface Scale {
  means: number[];
  deviations: number[];
}

export function fitScale(rows: readonly (readonly number[])[]): Scale {
  const columns = rows[0]?.map((_, column) => rows.map((row) => row[column] ?? 0)) ?? [];
  const means = columns.map((column) => sum(column) / column.length);
  const deviations = columns.map((column, k) => {
    const mean = means[k] ?? 0;
    return Math.sqrt(sum(column.map((value) => (value - mean) ** 2)) / column.length) || 1;
  });
  return { means, deviations };
}

export function applyScale({ means, deviations }: Scale, row: readonly number[]): number[] {
  return row.map((value, k) => (value - (means[k] ?? 0)) / (deviations[k] ?? 1));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
