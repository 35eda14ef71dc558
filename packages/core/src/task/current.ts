import { AsyncLocalStorage } from "node:async_hooks";
import type { Current } from "../contracts/current.js";

const running = new AsyncLocalStorage<Partial<Current>>();

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
  get: (_, name) => Reflect.get(running.getStore() ?? IDLE, name),
  has: (_, name) => Reflect.has(running.getStore() ?? IDLE, name),
  ownKeys: () => Reflect.ownKeys(running.getStore() ?? IDLE),
  getOwnPropertyDescriptor: (_, name) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(running.getStore() ?? IDLE, name);
    return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
  },
  set: () => false,
});

/** Runs the function with these values behind `current`. */
export function withCurrent<T>(values: Partial<Current>, run: () => T): T {
  return running.run(values, run);
}
