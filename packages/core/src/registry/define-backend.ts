import type { Backend } from "../contracts/backend.js";

/** Declares a backend for the list `backends` of a plugin. Returns what it is given; the types do the checking. */
export function defineBackend<O>(backend: Backend<O>): Backend<O> {
  return backend;
}
