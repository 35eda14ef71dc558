import { describe, it } from "vitest";
import { logRules } from "./metadata-rules/logs.js";
import type { MetadataFactory, MetadataRule } from "./metadata-rules/rule.js";
import { runRules } from "./metadata-rules/runs.js";
import { taskRules } from "./metadata-rules/tasks.js";

export type { MetadataFactory, MetadataRule, TestedRecords } from "./metadata-rules/rule.js";

/** Every promise of a metadata provider's records, as functions that any test runner can call. */
export function metadataRules(factory: MetadataFactory): readonly MetadataRule[] {
  return [...runRules, ...taskRules, ...logRules].map(({ name, check }) => ({
    name,
    async check() {
      const tested = await factory();
      try {
        await check(tested.records, async () => tested.again());
      } finally {
        await tested.close?.();
      }
    },
  }));
}

/** Runs every rule as a Vitest test. */
export function metadataSuite(
  name: string,
  factory: MetadataFactory,
  options: { readonly timeout?: number } = {},
): void {
  const { timeout = 60_000 } = options;
  describe(`metadata contract: ${name}`, () => {
    for (const rule of metadataRules(factory)) it(rule.name, { timeout }, () => rule.check());
  });
}
