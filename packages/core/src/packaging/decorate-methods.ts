type Decorator = (method: unknown, context: object) => unknown;

/** What the bundler's code keeps while it decorates a class. */
type ClassState = unknown[];
const INITIALIZERS = 2;
const METADATA = 3;

/** The bundler's helper that applies the decorators of one member of a class. */
export type DecorateMember = (
  state: ClassState,
  flags: number,
  name: PropertyKey,
  decorators: readonly Decorator[],
  target: { readonly prototype: object },
  extra?: unknown,
) => unknown;

/** The bundler's flags of an instance method that is not private. */
const METHOD = 1;

/**
 * Stands in for the bundler's helper where it decorates a method. The helper defines every method anew, replaced or
 * not; that was most of the time that evaluating a flow of many steps takes, and a flow is evaluated for each task.
 */
export function decorateMethods(helper: DecorateMember): DecorateMember {
  return (state, flags, name, decorators, target, extra) =>
    flags === METHOD
      ? decorateMethod(state, name, decorators, target.prototype)
      : helper(state, flags, name, decorators, target, extra);
}

function decorateMethod(
  state: ClassState,
  name: PropertyKey,
  decorators: readonly Decorator[],
  prototype: object,
): undefined {
  state[INITIALIZERS] ??= [];
  const original: unknown = Reflect.get(prototype, name);
  let method = original;
  for (let k = decorators.length - 1; k >= 0; k -= 1) {
    const { context, close } = contextOf(state, name);
    const replacement: unknown = Reflect.apply(decorators[k] as Decorator, undefined, [method, context]);
    close();
    if (replacement !== undefined) method = functionOf(replacement);
  }
  if (method !== original) Reflect.defineProperty(prototype, name, { value: method });
}

/** What a decorator is told of the method, and what ends its time to add initializers. */
function contextOf(state: ClassState, name: PropertyKey): { readonly context: object; readonly close: () => void } {
  let open = true;
  const context = {
    kind: "method",
    name,
    metadata: state[METADATA],
    static: false,
    private: false,
    access: { has: (object: object) => name in object, get: (object: object): unknown => Reflect.get(object, name) },
    addInitializer(initializer: unknown) {
      if (!open) throw new TypeError("Already initialized");
      (state[INITIALIZERS] as unknown[]).push(functionOf(initializer));
    },
  };
  const close = (): void => {
    open = false;
  };
  return { context, close };
}

function functionOf(value: unknown): unknown {
  if (typeof value !== "function") throw new TypeError("Function expected");
  return value;
}
