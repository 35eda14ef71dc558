/** What of a policy would be misunderstood by whoever drives the task; null where nothing would. */
export function policyProblem(policy: unknown): string | null {
  const { retry, timeLimitMs, fallback, environment } = policy as Readonly<Record<string, unknown>>;
  const retryProblem = retry === undefined ? null : retryProblemOf(retry as Readonly<Record<string, unknown>>);
  if (retryProblem !== null) return retryProblem;
  if (timeLimitMs !== undefined && !(isNumber(timeLimitMs) && timeLimitMs > 0))
    return needs("timeLimitMs", "a number above 0");
  if (fallback !== undefined && typeof fallback !== "boolean") return needs("fallback", "true or false");
  for (const [name, value] of Object.entries(environment ?? {})) {
    if (typeof value !== "string" || name === "" || name.includes("="))
      return needs(`environment.${name}`, "a variable and its text");
  }
  return null;
}

function retryProblemOf(retry: Readonly<Record<string, unknown>>): string | null {
  const counts = ["times", "platformTimes"].find(
    (name) => !Number.isSafeInteger(retry[name]) || Number(retry[name]) < 0,
  );
  if (counts !== undefined) return needs(`retry.${counts}`, "a whole number from 0");
  const sizes = ["delayMs", "factor", "maxDelayMs", "jitter"].find(
    (name) => !isNumber(retry[name]) || Number(retry[name]) < 0,
  );
  return sizes === undefined ? null : needs(`retry.${sizes}`, "a number from 0");
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function needs(name: string, what: string): string {
  return `${name} has to be ${what}`;
}
