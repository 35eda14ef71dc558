import { MetaflowError, type MetaflowErrorOptions } from "./metaflow-error.js";

/** One row of an error table. Both functions get the values that the raiser gives. */
export interface ErrorTemplate<P = never> {
  /** What happened. One sentence; lists may follow on lines of their own. */
  readonly message: (values: P) => string;
  /** What to do next; an `options.fix` of the raiser wins. */
  readonly fix?: (values: P) => string | undefined;
  /** The words with which `resume` gets past it, where it needs any. */
  readonly resume?: (values: P) => readonly string[];
}

/** Functions that build the errors of a table, one per code: `errors.RUN_NOT_FOUND({ run })`. */
export type ErrorTable<T extends Record<string, ErrorTemplate>> = {
  readonly [K in keyof T]: (values: Parameters<T[K]["message"]>[0], options?: MetaflowErrorOptions) => MetaflowError;
};

/**
 * Declares a table of errors. The stable code is the prefix and the key. A plugin gives a prefix of its own, so
 * that codes of two packages never meet.
 */
export function defineErrors<const T extends Record<string, ErrorTemplate>>(prefix: string, table: T): ErrorTable<T> {
  const made = Object.entries(table).map(([key, template]) => [
    key,
    (values: never, options: MetaflowErrorOptions = {}) =>
      new MetaflowError(`${prefix}${key}`, template.message(values), {
        ...options,
        fix: options.fix ?? template.fix?.(values),
        resume: options.resume ?? template.resume?.(values),
      }),
  ]);
  return Object.freeze(Object.fromEntries(made)) as ErrorTable<T>;
}
