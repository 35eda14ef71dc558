import { errors } from "../errors/codes.js";

/** Where a class keeps what its decorators left behind. Node has no `Symbol.metadata` yet; compilers agree on this one. */
const METADATA: symbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for("Symbol.metadata");

/** The part of a standard decorator's context that decorators of flows look at. */
export interface MemberContext {
  readonly kind: string;
  readonly name: string;
  readonly metadata: object;
}

/**
 * The context of a standard decorator on a public instance member of the kind. Types say the same, but a flow may be
 * plain JavaScript, or be compiled with the decorators that TypeScript had before the standard.
 */
export function memberContext(decorator: string, kind: "method" | "field", context: unknown): MemberContext {
  if (typeof context !== "object" || context === null) throw errors.FLOW_DECORATOR_LEGACY({ decorator });
  const given = context as DecoratorContext;
  const name = typeof given.name === "symbol" ? given.name.toString() : (given.name ?? "");
  const problem = misplacement(given, kind);
  if (problem !== null) throw errors.FLOW_DECORATOR_MISPLACED({ decorator, name, problem, wanted: kind });
  const metadata: object | undefined = given.metadata;
  if (metadata === undefined) throw errors.FLOW_DECORATOR_NO_METADATA({ decorator, name });
  return { kind, name, metadata };
}

/** The metadata of a class, from the context of a standard decorator on it. Refuses what {@link memberContext} refuses. */
export function classMetadata(decorator: string, context: unknown): object {
  if (typeof context !== "object" || context === null) throw errors.FLOW_DECORATOR_LEGACY({ decorator });
  const { kind, name: given = "", metadata } = context as DecoratorContext;
  const name = String(given);
  if (kind !== "class") {
    throw errors.FLOW_DECORATOR_MISPLACED({ decorator, name, problem: `a ${kind}, not a class`, wanted: "class" });
  }
  if (metadata === undefined) throw errors.FLOW_DECORATOR_NO_METADATA({ decorator, name });
  return metadata;
}

function misplacement(context: DecoratorContext, kind: "method" | "field"): string | null {
  if (context.kind !== kind) return `a ${context.kind}, not a ${kind}`;
  if (typeof context.name === "symbol") return `a ${kind} that is named by a symbol`;
  if (context.private) return `a private ${kind}`;
  if (context.static) return `a static ${kind}`;
  return null;
}

/**
 * What one class's decorators keep under the key; made on first use. A subclass's metadata inherits from its base's, so
 * only an own property belongs to the class itself. Keys come from `Symbol.for`: two copies of core share them.
 */
export function metadataSlot<T extends object>(metadata: object, key: symbol, create: () => T): T {
  if (!Object.hasOwn(metadata, key)) Object.defineProperty(metadata, key, { value: create() });
  return (metadata as Record<symbol, T>)[key] as T;
}

/** What the decorators of exactly this class, base classes left out, keep under the key. */
export function declaredOn<T extends object>(owner: object, key: symbol): T | undefined {
  if (!Object.hasOwn(owner, METADATA)) return undefined;
  const metadata = (owner as Record<symbol, object>)[METADATA] as Record<symbol, T>;
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

/** The class and its bases, the farthest base first. */
export function lineage(flowClass: object): readonly object[] {
  const classes: object[] = [];
  for (let owner: object | null = flowClass; typeof owner === "function"; owner = Object.getPrototypeOf(owner)) {
    classes.unshift(owner);
  }
  return classes;
}
