import { expect, it } from "vitest";
import type { RecordedError } from "../contracts/records.js";
import { maskError } from "./mask-error.js";
import { createSecretMask } from "./secret-mask.js";

const SECRET = "token-value-123";
const mask = createSecretMask([{ name: "TOKEN", value: SECRET }]);

/** An error that says the secret wherever it can say anything. */
function telling(more: Partial<RecordedError> = {}): RecordedError {
  return {
    code: `X_${SECRET}`,
    type: `Type ${SECRET}`,
    message: `message ${SECRET}`,
    stack: [`at ${SECRET} (a.ts:1:1)`, `at b (${SECRET}.ts:1:1)`],
    codeFrame: `> 1 | call("${SECRET}")`,
    fix: `Do not say ${SECRET}.`,
    resume: ["metaflow", SECRET],
    cause: null,
    errors: [],
    ...more,
  };
}

const masked = {
  code: "X_***",
  type: "Type ***",
  message: "message ***",
  stack: ["at *** (a.ts:1:1)", "at b (***.ts:1:1)"],
  codeFrame: `> 1 | call("***")`,
  fix: "Do not say ***.",
  resume: ["metaflow", "***"],
  cause: null,
  errors: [],
};

it("masks all that an error says, its causes and members too", () => {
  const error = telling({
    cause: telling({ cause: telling() }),
    errors: [telling(), telling({ errors: [telling()] })],
  });
  expect(maskError(error, mask)).toEqual({
    ...masked,
    cause: { ...masked, cause: masked },
    errors: [masked, { ...masked, errors: [masked] }],
  });
});

it("leaves what is absent absent, and core's codes as they are", () => {
  const code = "MF_TASK_UNCAUGHT";
  const words = createSecretMask([{ name: "WORD", value: "UNCAUGHT" }]);
  const bare = telling({ code, codeFrame: null, fix: null });
  expect(maskError(bare, mask)).toEqual({ ...masked, code, codeFrame: null, fix: null });
  expect(maskError(bare, words).code).toBe(code);
  expect(maskError(telling({ code: "OTHER_UNCAUGHT" }), words).code).toBe("OTHER_***");
  expect(maskError(telling({ code: null }), mask).code).toBeNull();
});
