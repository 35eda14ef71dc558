import type { ArtifactRef } from "./serializer.js";

/** What a step's `this.next(...)` says, as read from its source. */
export type Transition =
  | { readonly kind: "linear"; readonly target: string }
  | { readonly kind: "split"; readonly targets: readonly string[] }
  | { readonly kind: "foreach"; readonly target: string; readonly artifact: string }
  | {
      readonly kind: "parallel";
      readonly target: string;
      /** Null where the source does not write it out. */
      readonly numParallel: number | null;
      /** The artifact that gives it; null where it is written out or computed. */
      readonly artifact: string | null;
    }
  | {
      readonly kind: "switch";
      /** The artifact whose value chooses. */
      readonly condition: string;
      /** In the order written. The key is the value's string form. */
      readonly cases: readonly SwitchCase[];
      /** Where any other value leads. */
      readonly fallback: string | null;
      /** How often the loop that this switch closes may run; null: no limit. */
      readonly maxIterations: number | null;
    }
  | { readonly kind: "end" };

export interface SwitchCase {
  readonly value: string;
  readonly target: string;
}

/** What a finished task chose, as its record holds it. */
export type TakenTransition =
  | { readonly kind: "linear"; readonly target: string }
  | { readonly kind: "split"; readonly targets: readonly string[] }
  | {
      readonly kind: "foreach";
      readonly target: string;
      readonly splits: number;
      /** The items, in chunks that are stored like artifacts: item i lies in the chunk that covers it. */
      readonly items: readonly ItemChunk[];
    }
  /** The items are the node indices. */
  | { readonly kind: "parallel"; readonly target: string; readonly splits: number }
  | { readonly kind: "switch"; readonly target: string; readonly case: string }
  | { readonly kind: "end" };

/** Some consecutive items of a foreach, kept together as one encoded array. */
export interface ItemChunk {
  readonly count: number;
  readonly ref: ArtifactRef;
}
