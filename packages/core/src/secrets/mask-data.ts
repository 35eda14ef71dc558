import type { SecretMask } from "./secret-mask.js";

/** JSON data without secrets in any of its texts, names included. */
export function maskData<T>(data: T, mask: SecretMask): T {
  return masked(data, mask) as T;
}

function masked(value: unknown, mask: SecretMask): unknown {
  if (typeof value === "string") return mask.text(value);
  if (Array.isArray(value)) return value.map((each) => masked(each, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [mask.text(name), masked(each, mask)]));
}
