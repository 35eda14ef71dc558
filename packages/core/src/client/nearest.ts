import { distance } from "fastest-levenshtein";

/** The names that somebody most likely meant: those that differ least, in the order given where they are even. */
export function nearestNames(wanted: string, names: Iterable<string>, count = 3): readonly string[] {
  const lower = wanted.toLowerCase();
  return [...names]
    .map((name) => ({ name, difference: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.difference - b.difference)
    .slice(0, count)
    .map(({ name }) => name);
}
