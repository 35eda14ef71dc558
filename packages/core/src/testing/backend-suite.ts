import { describe, it } from "vitest";
import { commandRules } from "./backend-rules/commands.js";
import { endRules, lostRule } from "./backend-rules/ends.js";
import { placeRule } from "./backend-rules/places.js";
import { type BackendFactory, type BackendRule, withLab } from "./backend-rules/rule.js";

export type { BackendFactory, BackendRule, TestedBackend } from "./backend-rules/rule.js";

export interface BackendSuiteOptions {
  /** Rules that this backend cannot keep, by name, and why; shown as skipped. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Milliseconds for each rule. Default 180,000. */
  readonly timeout?: number;
}

/** Every promise of the backend contract, as functions that any test runner can call. */
export function backendRules(factory: BackendFactory): readonly BackendRule[] {
  return [...commandRules, ...endRules, placeRule, lostRule].map((rule) => ({
    name: rule.name,
    check: () =>
      withLab(factory, async (lab) => {
        if (rule === placeRule && lab.tested.backend.capabilities.local) return;
        if (rule === lostRule && lab.tested.takeAway === undefined) return;
        await rule.check(lab);
      }),
  }));
}

/** Runs every rule as a Vitest test. */
export function backendSuite(name: string, factory: BackendFactory, options: BackendSuiteOptions = {}): void {
  const { skip = {}, timeout = 180_000 } = options;
  describe(`backend contract: ${name}`, () => {
    for (const rule of backendRules(factory)) {
      const reason = skip[rule.name];
      if (reason === undefined) it(rule.name, { timeout }, () => rule.check());
      else it.skip(`${rule.name} (${reason})`, () => undefined);
    }
  });
}
