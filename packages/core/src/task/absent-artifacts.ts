/**
 * A prototype to put between an object and its real prototype: reading a name that is an artifact somewhere in the
 * flow, but not here, calls `absent`, which throws. Every other name behaves as it always does, so that inspecting,
 * awaiting or printing the object works.
 *
 * It is the prototype and not the object that is a proxy: private members of the user's class need the real object.
 */
export function withAbsentNames(
  prototype: object,
  known: ReadonlySet<string>,
  absent: (name: string) => unknown,
): object {
  const guarded = new Proxy(Object.create(prototype) as object, {
    get(target, name, receiver) {
      if (typeof name === "string" && known.has(name) && !(name in target)) return absent(name);
      return Reflect.get(target, name, receiver);
    },
    // Without this a plain assignment would end in the proxy's target instead of the object.
    set(target, name, value, receiver) {
      if (name in target) return Reflect.set(target, name, value, receiver);
      return Reflect.defineProperty(receiver as object, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
  });
  // Stack traces name a frame's class by this; they cannot see through the proxy.
  return Object.create(guarded, { constructor: { value: prototype.constructor } }) as object;
}
