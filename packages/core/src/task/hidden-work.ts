import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** Work in other threads that Node's list of what is active leaves out: of `crypto`, `zlib`, `dns`, and workers. */
const LEFT_OUT = /REQUEST$|^(?:ZLIB|QUERYWRAP|WORKER)$/;

/** What stands for such work within Node, as far as it is looked at here. */
interface Work {
  /** Of work of `crypto`: set where it is not done at once, by a synchronous call. */
  readonly ondone?: unknown;
  /** Of a `zlib` stream: what it is busy with. */
  readonly buffer?: unknown;
}

const works = new Map<number, { readonly type: string; readonly work: Work }>();
const hooks = new Set<unknown>();
let waits = 0;
let watching = false;

/** From now on, keeps what is under way in ways that Node does not list, and the async hooks that are enabled. */
export function watchHiddenWork(): void {
  if (watching) return;
  watching = true;
  watchHooks();
  watchWaits();
  // Promises are told of to nobody here, and where Node can leave them out, awaiting costs what it did.
  const options = { init: begin, before: end, trackPromises: false };
  createHook(options).enable();
}

/** How much of it there is. */
export function countHiddenWork(): number {
  let count = waits;
  for (const [id, { type, work }] of works) {
    if (isUnderWay(type, work)) count += 1;
    else works.delete(id);
  }
  return count;
}

/** How many async hooks are enabled. */
export function countAsyncHooks(): number {
  return hooks.size;
}

function begin(id: number, type: string, _trigger: number, work: object): void {
  if (LEFT_OUT.test(type)) works.set(id, { type, work });
}

/** Only what runs elsewhere calls back, and all but `zlib` streams do so once. */
function end(id: number): void {
  if (works.get(id)?.type !== "ZLIB") works.delete(id);
}

function isUnderWay(type: string, work: Work): boolean {
  if (type === "ZLIB") return Boolean(work.buffer);
  return type.endsWith("REQUEST") ? typeof work.ondone === "function" : true;
}

function watchHooks(): void {
  const prototype = Object.getPrototypeOf(createHook({})) as Record<"enable" | "disable", (this: unknown) => unknown>;
  const { enable, disable } = prototype;
  prototype.enable = function enableWatched() {
    hooks.add(this);
    return Reflect.apply(enable, this, []);
  };
  prototype.disable = function disableWatched() {
    hooks.delete(this);
    return Reflect.apply(disable, this, []);
  };
  // All storages share one hook in versions of Node that need one. It belongs to no task, so it is enabled by now.
  new AsyncLocalStorage().run(undefined, () => {});
}

function watchWaits(): void {
  const { waitAsync } = Atomics;
  const value = function waitAsyncWatched(...args: Parameters<typeof waitAsync>) {
    const result = Reflect.apply(waitAsync, Atomics, args);
    if (result.async) {
      waits += 1;
      void result.value.then(() => {
        waits -= 1;
      });
    }
    return result;
  };
  Object.defineProperty(Atomics, "waitAsync", { value, writable: true, configurable: true, enumerable: false });
}
