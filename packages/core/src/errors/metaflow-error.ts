const BRAND: unique symbol = Symbol.for("metaflow-ts.error") as never;

/** A position in a source file of the user. Line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where something went wrong. Every field that is known is given. */
export interface ErrorLocation {
  readonly flow?: string | undefined;
  readonly run?: string | undefined;
  readonly step?: string | undefined;
  readonly task?: string | undefined;
  readonly artifact?: string | undefined;
  readonly parameter?: string | undefined;
  readonly source?: SourcePosition | undefined;
}

export interface MetaflowErrorOptions {
  /** What the reader should do next, one sentence or a few short lines. */
  readonly fix?: string | undefined;
  readonly where?: ErrorLocation | undefined;
  /** An excerpt of the source with the place marked, ready to print. */
  readonly codeFrame?: string | undefined;
  /** With which words `resume` gets past it, once it is mended: `["train"]`, `["--max-num-splits", "2000"]`. */
  readonly resume?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** The form in which an error travels between processes and into records. */
export interface SerializedMetaflowError {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly where?: ErrorLocation | undefined;
  readonly codeFrame?: string | undefined;
}

/**
 * Every error that this project raises on purpose. `code` is stable and has a page under `docs/errors/`;
 * `message` says what happened, `where` where, `fix` what to do.
 *
 * Compare with {@link isMetaflowError} rather than `instanceof`: two copies of core may be installed.
 */
export class MetaflowError extends Error {
  override readonly name = "MetaflowError";
  readonly code: string;
  readonly fix: string | undefined;
  readonly where: ErrorLocation;
  readonly codeFrame: string | undefined;
  readonly resume: readonly string[];

  constructor(code: string, message: string, options: MetaflowErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.where = options.where ?? {};
    this.codeFrame = options.codeFrame;
    this.resume = options.resume ?? [];
    Object.defineProperty(this, BRAND, { value: true });
    // Whoever prints the error sees what is known of it, and not what is not.
    for (const name of ["fix", "where", "codeFrame", "resume"] as const) {
      if (Object.keys(this[name] ?? {}).length === 0) Object.defineProperty(this, name, { enumerable: false });
    }
  }

  toJSON(): SerializedMetaflowError {
    return {
      code: this.code,
      message: this.message,
      fix: this.fix,
      where: this.where,
      codeFrame: this.codeFrame,
    };
  }
}

/** True for a {@link MetaflowError} of this or any other copy of the package, optionally of one code. */
export function isMetaflowError(value: unknown, code?: string): value is MetaflowError {
  if (typeof value !== "object" || value === null || !(BRAND in value)) return false;
  return code === undefined || (value as { readonly code?: unknown }).code === code;
}

/** Several problems that were found in one go, e.g. by the graph's rules. */
export class MetaflowErrors extends MetaflowError {
  readonly errors: readonly MetaflowError[];

  constructor(code: string, message: string, errors: readonly MetaflowError[], options: MetaflowErrorOptions = {}) {
    super(code, message, options);
    this.errors = errors;
  }
}
