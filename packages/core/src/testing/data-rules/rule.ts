import type { Data } from "../../contracts/data.js";
import type { Datastore } from "../../contracts/datastore.js";

/** What a rule of the data tools is checked with. */
export interface DataRuleSite {
  readonly data: Data;
  /** Below which `data` lies. */
  readonly datastore: Datastore;
  /** An empty folder of this machine. */
  readonly folder: string;
}

/** A rule before it is given its data. */
export interface DataRuleBody {
  readonly name: string;
  check(site: DataRuleSite): Promise<void>;
}

export async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function texts(objects: readonly { text(): string }[]): string[] {
  return objects.map((each) => each.text());
}
