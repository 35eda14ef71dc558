import assert from "node:assert/strict";
import { checkSchema } from "../../util/check-schema.js";
import { ask, type RuleBody } from "./rule.js";

/** A name that can stand before the first dot of a source. */
const TYPE = /^[A-Za-z][\w-]*$/;

export const answerRules: readonly RuleBody[] = [
  {
    name: "has a name that a source can have as its type, and the contract's version",
    async check({ provider }) {
      assert.match(provider.name, TYPE);
      assert.equal(provider.contract, 1);
    },
  },
  {
    name: "gives the values of a secret by name",
    check: async (tested) => assert.deepEqual({ ...(await ask(tested, tested.present)) }, tested.present.values),
  },
  {
    name: "gives them again, and many times at once",
    async check(tested) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(tested, tested.present)));
      for (const answer of answers) assert.deepEqual({ ...answer }, tested.present.values);
    },
  },
  {
    name: "gives each caller values of its own",
    async check(tested) {
      const first: Record<string, string> = await ask(tested, tested.present);
      for (const name of Object.keys(first)) first[name] = "changed";
      assert.deepEqual({ ...(await ask(tested, tested.present)) }, tested.present.values);
    },
  },
  {
    name: "refuses options that make no sense, by its schema and at once",
    async check({ provider, invalidOptions, present }) {
      assert.ok("problems" in checkSchema(provider.options, invalidOptions), "the options are accepted");
      assert.ok("value" in checkSchema(provider.options, present.options ?? {}), "good options are refused");
    },
  },
];
