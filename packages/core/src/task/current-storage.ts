import { AsyncLocalStorage } from "node:async_hooks";
import type { Current } from "../contracts/current.js";

/** Keeps what is behind `current` for everything that a task calls. */
interface CurrentStorage {
  get(): Partial<Current> | undefined;
  run<T>(values: Partial<Current>, action: () => T): T;
}

/** Where all copies of core in a process find the one storage: a plugin's own copy has the same `current`. */
const KEY: unique symbol = Symbol.for("metaflow-ts.current") as never;

/** The storage of this process, made by whichever copy of core was loaded first. */
export const currentStorage: CurrentStorage = (globalThis as { [KEY]?: CurrentStorage })[KEY] ?? createStorage();

function createStorage(): CurrentStorage {
  const running = new AsyncLocalStorage<Partial<Current>>();
  const storage: CurrentStorage = Object.freeze({
    get: () => running.getStore(),
    run: <T>(values: Partial<Current>, action: () => T): T => running.run(values, action),
  });
  Object.defineProperty(globalThis, KEY, { value: storage });
  return storage;
}
