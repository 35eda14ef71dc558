import type { Missing } from "./missing.ts";
import type { Python } from "./python.ts";
import type { Row } from "./rows.ts";

/** What every benchmark gets. */
export interface BenchContext {
  /** Smaller sizes and fewer repetitions: to try the harness, not to judge by. */
  readonly quick: boolean;
  /** A folder of the benchmark's own, removed afterwards. */
  readonly folder: string;
  /** Python with Metaflow, or why there is none. */
  readonly python: Python | Missing;
}

/** One file under `benchmarks/`. */
export interface Benchmark {
  /** What `--only` selects. */
  readonly name: string;
  run(context: BenchContext): Promise<readonly Row[]>;
}
