import { describe, it } from "vitest";
import { answerRules } from "./secrets-rules/answers.js";
import { abortRule, absentRule, brokenRule, deniedRule } from "./secrets-rules/failures.js";
import { quietRules } from "./secrets-rules/quiet.js";
import type { RuleBody, SecretsFactory, SecretsRule } from "./secrets-rules/rule.js";

export type { SecretsFactory, SecretsRule, TestedSecrets, WantedSecret } from "./secrets-rules/rule.js";

const bodies: readonly RuleBody[] = [...answerRules, absentRule, deniedRule, brokenRule, abortRule, ...quietRules];

/** Every promise of the contract of secrets providers, as functions that any test runner can call. */
export function secretsProviderRules(factory: SecretsFactory): readonly SecretsRule[] {
  return bodies.map((body) => ({ name: body.name, check: () => checkRule(body, factory) }));
}

async function checkRule(body: RuleBody, factory: SecretsFactory): Promise<void> {
  const tested = await factory.open();
  try {
    await body.check(tested);
  } finally {
    await tested.close?.();
  }
}

/** Runs every rule as a Vitest test. */
export function secretsProviderSuite(name: string, factory: SecretsFactory): void {
  describe(`secrets provider contract: ${name}`, () => {
    for (const rule of secretsProviderRules(factory)) it(rule.name, () => rule.check());
  });
}
