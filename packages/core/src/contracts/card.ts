import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FlowGraph } from "./graph.js";

/**
 * A kind of card: a page about one task, made of what the task left. A problem with a card never fails anything but the
 * command that asks for it. `T` is the client's task, which lies in a layer above.
 */
export interface Card<O = unknown, T = unknown> {
  /** What `--type` takes: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Checks its options and fills in those left out. Without it there are none. */
  readonly options?: StandardSchemaV1<unknown, O> | undefined;
  /**
   * One HTML document that needs nothing else: no script, style or image from elsewhere. Everything of the user's is
   * escaped: names and values of artifacts too.
   */
  render(request: CardRequest<O, T>): string | Promise<string>;
}

export interface CardRequest<O = unknown, T = unknown> {
  /** The task as the client reads it. */
  readonly task: T;
  readonly graph: FlowGraph;
  readonly options: O;
}
