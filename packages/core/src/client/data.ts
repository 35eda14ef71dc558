import type { ArtifactOf, ValueOf } from "./types.js";

/** Values of artifacts by name, each loaded when it is asked for: `await task.data.score`. */
export type ArtifactData<F> = { readonly [K in ArtifactOf<F>]: Promise<ValueOf<F, K>> };

/** Makes `data` from what loads one value. */
export function artifactData<F>(load: (name: string) => Promise<unknown>): ArtifactData<F> {
  return new Proxy(Object.freeze({}), {
    // `await` and inspection ask for these; they mean the object itself, not an artifact.
    get: (_, name) => (typeof name === "symbol" || name === "then" || name === "toJSON" ? undefined : load(name)),
  }) as ArtifactData<F>;
}
