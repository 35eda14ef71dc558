import { errors } from "../errors/codes.js";
import { isJsonData } from "../params/json-data.js";
import { maskData } from "../secrets/mask-data.js";
import type { SecretMask } from "../secrets/secret-mask.js";

/** Characters of all metadata of an attempt together: it stands in the task's record. */
const MAX_LENGTH = 16_384;

/** What decorators note about an attempt. */
export interface TaskMetadata {
  /** Undefined where nothing was noted. */
  values(): Readonly<Record<string, unknown>> | undefined;
  /** @throws METADATA_INVALID */
  set(values: Readonly<Record<string, unknown>>): void;
}

/** @param secrets are taken out of what was noted */
export function createTaskMetadata(step: string, secrets: SecretMask): TaskMetadata {
  let kept: Readonly<Record<string, unknown>> = {};
  return {
    values: () => (Object.keys(kept).length === 0 ? undefined : maskData(kept, secrets)),
    set(values) {
      const refuse = (problem: string): Error => errors.METADATA_INVALID({ step, problem }, { where: { step } });
      const strange = Object.entries(values).find(([, value]) => !isJsonData(value));
      if (strange !== undefined) throw refuse(`'${strange[0]}' has to be JSON data`);
      const all = { ...kept, ...values };
      const { length } = JSON.stringify(all);
      if (length > MAX_LENGTH) throw refuse(`it has ${length} characters, and ${MAX_LENGTH} are the most`);
      // A copy: what is changed afterwards was not checked.
      kept = JSON.parse(JSON.stringify(all)) as Readonly<Record<string, unknown>>;
    },
  };
}
