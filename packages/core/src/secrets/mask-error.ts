import type { RecordedError } from "../contracts/records.js";
import { CORE_PREFIX, coreErrorTable } from "../errors/codes.js";
import type { SecretMask } from "./secret-mask.js";

/** The error without secrets in anything that it says. */
export function maskError(error: RecordedError, mask: SecretMask): RecordedError {
  const text = (value: string): string => mask.text(value);
  const orNull = (value: string | null): string | null => (value === null ? null : text(value));
  const { code, resume } = error;
  return {
    // Core's own codes are compared, and known to everybody.
    code: code !== null && isCoreCode(code) ? code : orNull(code),
    type: text(error.type),
    message: text(error.message),
    stack: error.stack.map(text),
    codeFrame: orNull(error.codeFrame),
    fix: orNull(error.fix),
    ...(resume === undefined ? {} : { resume: resume.map(text) }),
    cause: error.cause === null ? null : maskError(error.cause, mask),
    errors: error.errors.map((each) => maskError(each, mask)),
  };
}

function isCoreCode(code: string): boolean {
  return code.startsWith(CORE_PREFIX) && Object.hasOwn(coreErrorTable, code.slice(CORE_PREFIX.length));
}
