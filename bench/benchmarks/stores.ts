import type { Benchmark } from "../lib/benchmark.ts";
import type { Missing } from "../lib/missing.ts";
import { notMeasured } from "../lib/rows.ts";
import { azureStore } from "../lib/stores/azure.ts";
import { gcsStore } from "../lib/stores/gcs.ts";
import { s3Store } from "../lib/stores/s3.ts";
import type { BenchStore } from "../lib/stores/store.ts";
import { foreach, foreachBesidePython } from "./stores/foreach.ts";
import { listing } from "./stores/listing.ts";
import { large, memory, small } from "./stores/objects.ts";

/** One benchmark for each object store; those without a server say so. */
export const stores: readonly Benchmark[] = [
  benchmark("s3", s3Store),
  benchmark("gs", gcsStore),
  benchmark("azure", azureStore),
];

function benchmark(name: string, find: () => BenchStore | Missing): Benchmark {
  return {
    name,
    async run({ folder, python, quick }) {
      const store = find();
      if ("missing" in store) return [notMeasured(name, "", store.missing)];
      const { largestObject = Number.POSITIVE_INFINITY } = store;
      return [
        ...(await small(store, quick ? 50 : 500)),
        ...(await large(store, Math.min(largestObject, quick ? 128 : 1024))),
        await memory(store, Math.min(largestObject, quick ? 512 : 10 * 1024)),
        ...(await foreach(store, quick ? 100 : 1000)),
        ...(quick ? [] : await foreach(store, 10_000)),
        await foreachBesidePython(store, python, folder, quick ? 5 : 25),
        ...(await listing(store, quick ? 500 : 10_000)),
      ];
    },
  };
}
