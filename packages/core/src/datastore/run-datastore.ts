import type { Datastore } from "../contracts/datastore.js";

/** Shared by copies of this module, so that one finds what another left. */
const DATASTORE = Symbol.for("metaflow-ts.run-datastore");

/** Lets who has the values of `current` find the datastore that the step's run is kept in. */
export function withRunDatastore<T extends object>(values: T, datastore: Datastore): T {
  Object.defineProperty(values, DATASTORE, { value: datastore });
  return values;
}

/** The datastore of the run that `current` belongs to; undefined for anything else. */
export function runDatastore(value: unknown): Datastore | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { readonly [DATASTORE]?: Datastore })[DATASTORE];
}
