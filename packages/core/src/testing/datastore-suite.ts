import { describe, it } from "vitest";
import { attributeRules } from "./datastore-rules/attributes.js";
import { conditionRules } from "./datastore-rules/conditions.js";
import { brokenRule, deniedRule } from "./datastore-rules/failures.js";
import { keyRules } from "./datastore-rules/keys.js";
import { listRules } from "./datastore-rules/lists.js";
import { objectRules } from "./datastore-rules/objects.js";
import type { DatastoreFactory, DatastoreRule, RuleBody, TestedDatastore } from "./datastore-rules/rule.js";
import { streamRules } from "./datastore-rules/streams.js";

export type { DatastoreFactory, DatastoreRule, TestedDatastore } from "./datastore-rules/rule.js";

/** Every promise of the datastore contract, as functions that any test runner can call. */
export function datastoreRules(factory: DatastoreFactory): readonly DatastoreRule[] {
  const { makeDenied, makeBroken } = factory;
  const bind = (bodies: readonly RuleBody[], open: DatastoreFactory["open"]) =>
    bodies.map((body): DatastoreRule => ({ name: body.name, check: () => checkRule(body, factory, open) }));
  return [
    ...bind([...objectRules, ...conditionRules, ...keyRules, ...listRules, ...streamRules, ...attributeRules], () =>
      factory.open(),
    ),
    ...(makeDenied === undefined ? [] : bind([deniedRule], () => makeDenied())),
    ...(makeBroken === undefined ? [] : bind([brokenRule], () => makeBroken())),
  ];
}

async function checkRule(body: RuleBody, factory: DatastoreFactory, open: DatastoreFactory["open"]): Promise<void> {
  const tested: TestedDatastore = await open();
  try {
    await body.check(tested.datastore, factory);
  } finally {
    await tested.close?.();
  }
}

export interface DatastoreSuiteOptions {
  /** Rules that this datastore cannot keep, by name, and why; shown as skipped. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Milliseconds for each rule. Default 60,000. */
  readonly timeout?: number;
}

/** Runs every rule as a Vitest test. */
export function datastoreSuite(name: string, factory: DatastoreFactory, options: DatastoreSuiteOptions = {}): void {
  const { skip = {}, timeout = 60_000 } = options;
  describe(`datastore contract: ${name}`, () => {
    for (const rule of datastoreRules(factory)) {
      const reason = skip[rule.name];
      if (reason === undefined) it(rule.name, { timeout }, () => rule.check());
      else it.skip(`${rule.name} (${reason})`, () => undefined);
    }
  });
}
