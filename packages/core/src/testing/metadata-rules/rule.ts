import type { RecordStore } from "../../contracts/record-store.js";

/** Records that are tested, used by nobody else. */
export interface TestedRecords {
  readonly records: RecordStore;
  /** Opens the same records once more, as another process does. */
  readonly again: () => RecordStore | Promise<RecordStore>;
  readonly close?: () => void | Promise<void>;
}

/** Called once for each rule. */
export type MetadataFactory = () => TestedRecords | Promise<TestedRecords>;

/** One promise of the metadata contract. */
export interface MetadataRule {
  readonly name: string;
  /** Rejects where the provider breaks the promise. */
  check(): Promise<void>;
}

export interface RuleBody {
  readonly name: string;
  readonly check: (records: RecordStore, again: () => Promise<RecordStore>) => Promise<void>;
}

/** Names that have to be told apart, and may not lead anywhere else. */
export const STRANGE = ["a/b", "a%2Fb", "..", "Über 🚀", "a b", "A", "a", "-x", "x".repeat(200)];

export function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** By value, in whichever order an object has its fields. */
export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [stable(actual), stable(expected)];
  if (a !== b) throw new Error(`${what}: ${a.slice(0, 400)} rather than ${b.slice(0, 400)}`);
}

function stable(value: unknown): string {
  const sorted = (_: string, each: unknown): unknown =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  return JSON.stringify(value, sorted) ?? "undefined";
}

export async function ensureRejects(action: Promise<unknown>, what: string): Promise<void> {
  const isFine = await action.then(
    () => true,
    () => false,
  );
  if (isFine) throw new Error(`${what} was no error`);
}

/** All items of a list in pages, with the number of pages. */
export async function allPages<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly cursor: string | undefined }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; pages++) {
    const { items: some, cursor: next } = await page(cursor);
    items.push(...some);
    if (next === undefined) return items;
    cursor = next;
  }
  throw new Error("the list has no end: every page has a cursor");
}
