import type { Observer } from "../contracts/observer.js";

/** Declares an observer for the list `observers` of a plugin. Returns what it is given; the types do the checking. */
export function defineObserver<O>(observer: Observer<O>): Observer<O> {
  return observer;
}
