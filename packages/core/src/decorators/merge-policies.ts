import type { StepPolicy } from "../contracts/step-policy.js";

/** What several decorators ask for, as one: the shorter time, every variable, and the outermost one's retries and backend. */
export function mergePolicies(policies: readonly StepPolicy[]): StepPolicy {
  const limits = policies.flatMap(({ timeLimitMs }) => timeLimitMs ?? []);
  const environments = policies.flatMap(({ environment }) => (environment === undefined ? [] : [environment]));
  const retry = policies.find((policy) => policy.retry !== undefined)?.retry;
  const backend = policies.find((policy) => policy.backend !== undefined)?.backend;
  return {
    ...(backend === undefined ? {} : { backend }),
    ...(retry === undefined ? {} : { retry }),
    ...(limits.length === 0 ? {} : { timeLimitMs: Math.min(...limits) }),
    ...(policies.some(({ fallback }) => fallback === true) ? { fallback: true } : {}),
    ...(environments.length === 0 ? {} : { environment: Object.assign({}, ...environments) as Record<string, string> }),
  };
}
