import type { Readable, Writable } from "node:stream";

/** What the program needs of its process. */
export interface Surroundings {
  readonly words: readonly string[];
  readonly folder: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable;
}
