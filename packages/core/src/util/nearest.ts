import { distance } from "fastest-levenshtein";

/** Changes beyond which a name is another one rather than a slip, however long it is. */
const MOST_SLIPS = 3;

/** The name that a slip of the fingers made of `wanted`; undefined where none is near. */
export function meantName(wanted: string, names: Iterable<string>): string | undefined {
  const [nearest] = nearestNames(wanted, names, 1);
  if (nearest === undefined) return undefined;
  const slips = distance(wanted.toLowerCase(), nearest.toLowerCase());
  return slips <= Math.min(MOST_SLIPS, Math.ceil(wanted.length / 2)) ? nearest : undefined;
}

/** The names that somebody most likely meant: those that differ least, in the order given where they are even. */
export function nearestNames(wanted: string, names: Iterable<string>, count = 3): readonly string[] {
  const lower = wanted.toLowerCase();
  return [...names]
    .map((name) => ({ name, difference: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.difference - b.difference)
    .slice(0, count)
    .map(({ name }) => name);
}
