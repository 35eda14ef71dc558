import type { Current } from "../contracts/current.js";
import { currentStorage } from "./current-storage.js";

/** Fields that are the same for every flow: what nobody may add. */
const RUN_FIELDS: Readonly<Record<keyof Current, true>> = {
  isRunningFlow: true,
  flowName: true,
  runId: true,
  stepName: true,
  taskId: true,
  pathspec: true,
  retryCount: true,
  originRunId: true,
  namespace: true,
  username: true,
  tags: true,
  parameterNames: true,
  graph: true,
  tempdir: true,
  parallel: true,
  isParallel: true,
  signal: true,
};

export function isRunField(name: string): boolean {
  return Object.hasOwn(RUN_FIELDS, name);
}

/** What `current` gives outside of a step. */
const IDLE: Partial<Current> = Object.freeze({ isRunningFlow: false });

/** The running step's surroundings; see {@link Current}. Follows the step through its asynchronous calls. */
export const current: Current = new Proxy({} as Current, {
  get: (_, name) => Reflect.get(currentStorage.get() ?? IDLE, name),
  has: (_, name) => Reflect.has(currentStorage.get() ?? IDLE, name),
  ownKeys: () => Reflect.ownKeys(currentStorage.get() ?? IDLE),
  getOwnPropertyDescriptor: (_, name) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(currentStorage.get() ?? IDLE, name);
    return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
  },
  set: () => false,
});

/** Runs the function with these values behind `current`. */
export function withCurrent<T>(values: Partial<Current>, run: () => T): T {
  return currentStorage.run(values, run);
}
