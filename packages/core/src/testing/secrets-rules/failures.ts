import assert from "node:assert/strict";
import { ask, type RuleBody, type TestedSecrets, type WantedSecret } from "./rule.js";

export const absentRule: RuleBody = {
  name: "a secret that is not there is SECRET_ABSENT",
  check: (tested) => fails(tested, tested.absent, "MF_SECRET_ABSENT"),
};

export const deniedRule: RuleBody = {
  name: "a secret that may not be read is SECRET_DENIED",
  check: (tested) => fails(tested, tested.denied, "MF_SECRET_DENIED"),
};

export const brokenRule: RuleBody = {
  name: "a place that cannot answer is SECRET_BROKEN, never an absent secret",
  check: (tested) => fails(tested, tested.broken, "MF_SECRET_BROKEN"),
};

export const abortRule: RuleBody = {
  name: "gives nothing when its signal was aborted",
  async check(tested) {
    await assert.rejects(ask(tested, tested.present, AbortSignal.abort()));
  },
};

async function fails(tested: TestedSecrets, wanted: WantedSecret | undefined, code: string): Promise<void> {
  if (wanted === undefined) return;
  await assert.rejects(ask(tested, wanted), (error: { readonly code?: unknown; readonly message: string }) => {
    assert.equal(error.code, code);
    assert.ok(error.message.includes(`'${tested.provider.name}'`), `the message names no type: ${error.message}`);
    return true;
  });
}
