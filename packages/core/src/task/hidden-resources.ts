/** A timer or a handle of Node's, as far as it is looked at here. */
interface Resource {
  unref(this: Resource): unknown;
  close?(this: Resource, ...args: unknown[]): unknown;
  /** Of a timer or an immediate: that it will not fire any more. */
  readonly _destroyed?: boolean;
}

/** How a user's code goes by in stacks; see `bundleFileName`. */
const USER_CODE = "metaflow-bundle-";

/** Frames in which the user's code is looked for. */
const DEPTH = 50;

const hidden = new Set<Resource>();
let watching = false;

/**
 * From now on, keeps those timers, sockets, servers and child processes which the user's code told Node not to wait
 * for (`unref`). Node's own list of what is active leaves them out, and yet they live on. What a package does for
 * itself when it is loaded is no concern of a task.
 */
export function watchHidden(): void {
  if (watching) return;
  watching = true;
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  watch(Object.getPrototypeOf(timer));
  const immediate = setImmediate(() => {});
  clearImmediate(immediate);
  watch(Object.getPrototypeOf(immediate));
  const handle = handlePrototype();
  if (handle !== undefined) watch(handle);
}

/** How many of them live. */
export function countHidden(): number {
  for (const resource of hidden) if (resource._destroyed === true) hidden.delete(resource);
  return hidden.size;
}

function watch(prototype: Resource): void {
  const { unref, close } = prototype;
  prototype.unref = function unrefWatched() {
    if (isCalledByUser()) hidden.add(this);
    return Reflect.apply(unref, this, []);
  };
  if (close === undefined) return;
  prototype.close = function closeWatched(...args) {
    hidden.delete(this);
    return Reflect.apply(close, this, args);
  };
}

/** What all of Node's handles inherit `unref` from; undefined where this Node has none such. */
function handlePrototype(): Resource | undefined {
  const own: unknown = Reflect.get(process.stdout, "_handle");
  let prototype = typeof own === "object" && own !== null ? own : null;
  while (prototype !== null && !(Object.hasOwn(prototype, "unref") && Object.hasOwn(prototype, "close"))) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return (prototype ?? undefined) as Resource | undefined;
}

function isCalledByUser(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  const { stack } = new Error("where");
  Error.stackTraceLimit = stackTraceLimit;
  return String(stack).includes(USER_CODE);
}
