interface Addressed {
  readonly id: string;
  readonly numbers: readonly number[];
}

/**
 * Orders task ids by the numbers of their address, outermost frame first: `i2` before `i10`, `i3-r0-i2` before
 * `i3-r1-i0`. Ids that agree in all numbers are ordered as text, so that the order is total.
 */
export function compareTaskIds(a: string, b: string): number {
  return compare(addressed(a), addressed(b));
}

/** The ids in the order of {@link compareTaskIds}, each read once only. */
export function sortTaskIds(ids: readonly string[]): string[] {
  return ids
    .map(addressed)
    .sort(compare)
    .map(({ id }) => id);
}

function addressed(id: string): Addressed {
  return { id, numbers: (id.match(/\d+/g) ?? []).map(Number) };
}

function compare(a: Addressed, b: Addressed): number {
  const shared = Math.min(a.numbers.length, b.numbers.length);
  for (let i = 0; i < shared; i++) {
    const left = a.numbers[i] ?? 0;
    const right = b.numbers[i] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.numbers.length - b.numbers.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}
