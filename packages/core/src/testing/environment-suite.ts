import { describe, it } from "vitest";
import { collectingRules } from "./environment-rules/collecting.js";
import type { EnvironmentFactory, EnvironmentRule } from "./environment-rules/rule.js";
import { startingRules } from "./environment-rules/starting.js";
import { openSample } from "./environment-sample.js";

export type { EnvironmentFactory, EnvironmentRule, SampleProject } from "./environment-rules/rule.js";

/** Every promise of the environment contract, as functions that any test runner can call. */
export function environmentRules(factory: EnvironmentFactory): readonly EnvironmentRule[] {
  return [...collectingRules, ...startingRules].map(({ name, check }) => ({
    name,
    async check() {
      const closers: (() => unknown)[] = [];
      try {
        await check(await openSample(factory, closers));
      } finally {
        for (const close of closers.toReversed()) await close();
      }
    },
  }));
}

/** Runs every rule as a Vitest test. Tasks are started as processes in empty folders: `timeout` is in milliseconds. */
export function environmentSuite(factory: EnvironmentFactory, { timeout = 120_000 } = {}): void {
  describe(`environment contract: ${factory.environment.name}`, () => {
    for (const { name, check } of environmentRules(factory)) it(name, { timeout }, check);
  });
}
