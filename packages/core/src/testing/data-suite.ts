import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { createData } from "../data/create-data.js";
import { attributeRules } from "./data-rules/attributes.js";
import { readRules } from "./data-rules/reads.js";
import { writeRules } from "./data-rules/writes.js";
import type { DatastoreFactory } from "./datastore-rules/rule.js";

/** One promise of the data tools over a datastore. */
export interface DataRule {
  readonly name: string;
  /** Rejects where the promise is broken. */
  check(): Promise<void>;
}

/** What `openData` promises, whichever datastore is below it. Runs every rule as a Vitest test. */
export function dataSuite(name: string, factory: DatastoreFactory, options: { readonly timeout?: number } = {}): void {
  const { timeout = 60_000 } = options;
  describe(`data: ${name}`, () => {
    for (const rule of dataRules(factory)) it(rule.name, { timeout }, () => rule.check());
  });
}

/** The rules that {@link dataSuite} runs. */
export function dataRules(factory: DatastoreFactory): readonly DataRule[] {
  return [...writeRules, ...readRules, ...attributeRules].map(({ name, check }) => ({
    name,
    async check() {
      const { datastore, close } = await factory.open();
      const folder = await mkdtemp(join(tmpdir(), "metaflow-data-"));
      try {
        await check({ data: createData(datastore, "data/Flow/1/"), datastore, folder });
      } finally {
        await rm(folder, { recursive: true, force: true });
        await close?.();
      }
    },
  }));
}
