import type { ContributionKind } from "../contracts/contribution-kind.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { reasonOf } from "../util/guard-import.js";
import { KIND_WORDS } from "./kinds.js";

/** What a field of a contribution must be, as messages say it, and whether a value is that. */
type Test = readonly [expected: string, holds: (value: unknown) => boolean];
type Shape = Readonly<Record<string, Test>>;

const A_FUNCTION: Test = ["a function", (value) => typeof value === "function"];
const A_BOOLEAN: Test = ["true or false", (value) => typeof value === "boolean"];
const A_LIST: Test = ["a list", Array.isArray];
const AN_OBJECT: Test = ["an object", (value) => typeof value === "object" && value !== null];
const A_SCHEMA: Test = ["a Standard Schema", isSchema];
const CONTRACT: Test = ["1, the version of the contract that this @metaflow-ts/core has", (value) => value === 1];
const SCHEME: Test = ["a scheme or null", (value) => value === null || typeof value === "string"];
const RESOURCES: Test = ["'ignored' or a list", (value) => value === "ignored" || Array.isArray(value)];
const LIMIT: Test = ["a number or null", (value) => value === null || typeof value === "number"];
const optional = ([expected, holds]: Test): Test => [expected, (value) => value === undefined || holds(value)];

/** Decorators, serializers and commands have checks of their own, where they are used. */
const SHAPES: { readonly [K in ContributionKind]?: Shape } = {
  datastores: { scheme: SCHEME, open: A_FUNCTION },
  metadataProviders: { open: A_FUNCTION },
  secrets: { contract: CONTRACT, options: A_SCHEMA, resolve: A_FUNCTION },
  observers: { options: optional(A_SCHEMA), open: A_FUNCTION },
  cards: { options: optional(A_SCHEMA), render: A_FUNCTION },
  environments: {
    contract: CONTRACT,
    ...{ check: optional(A_FUNCTION), packageOf: optional(A_FUNCTION), collect: A_FUNCTION, bootstrap: A_FUNCTION },
  },
  backends: {
    capabilities: AN_OBJECT,
    "capabilities.local": A_BOOLEAN,
    "capabilities.resources": RESOURCES,
    "capabilities.maxParallel": LIMIT,
    "capabilities.gangs": A_BOOLEAN,
    ...{ options: optional(A_SCHEMA), check: optional(A_FUNCTION), open: A_FUNCTION },
  },
  deployers: {
    capabilities: AN_OBJECT,
    "capabilities.foreach": A_BOOLEAN,
    "capabilities.switches": A_BOOLEAN,
    "capabilities.loops": A_BOOLEAN,
    "capabilities.gangs": A_BOOLEAN,
    "capabilities.flowDecorators": A_LIST,
    "capabilities.backends": A_LIST,
    "capabilities.resources": RESOURCES,
    ...{ options: optional(A_SCHEMA), check: optional(A_FUNCTION), compile: A_FUNCTION },
  },
};

/**
 * Refuses a contribution that is not well made. Types say the same, but a plugin may be plain JavaScript, or be written for
 * another version.
 *
 * @param from the package, or the config, that it comes from
 * @throws PLUGIN_CONTRIBUTION_INVALID
 */
export function checkContribution<T extends { readonly name: string }>(
  kind: ContributionKind,
  value: T,
  from: string,
): T {
  const problems = Object.entries(SHAPES[kind] ?? {}).flatMap(([path, [expected, holds]]) => {
    // What is missing as a whole is said once.
    const owner = path.split(".").slice(0, -1);
    const isMissing = owner.length > 0 && !AN_OBJECT[1](at(value, owner));
    return isMissing || holds(at(value, path.split("."))) ? [] : [`its '${path}' has to be ${expected}`];
  });
  if (problems.length === 0) return value;
  throw errors.PLUGIN_CONTRIBUTION_INVALID({ kind: KIND_WORDS[kind], name: value.name, from, problems });
}

/**
 * Calls a hook of a contribution. What it throws says whose fault that is.
 *
 * @throws PLUGIN_HOOK_FAILED, and errors that say by themselves what is wrong
 */
export async function callHook<T>(
  kind: ContributionKind,
  { name, from, hook }: { readonly name: string; readonly from: string | undefined; readonly hook: string },
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (isMetaflowError(cause)) throw cause;
    throw errors.PLUGIN_HOOK_FAILED({ kind: KIND_WORDS[kind], name, from, hook, reason: reasonOf(cause) }, { cause });
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (found as Readonly<Record<string, unknown>> | null | undefined)?.[key],
    value,
  );
}

function isSchema(value: unknown): boolean {
  return typeof at(value, ["~standard", "validate"]) === "function";
}
