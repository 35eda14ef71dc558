/** How a command ends; see `docs/reference/cli.md`. */
export const ExitCode = {
  successful: 0,
  /** What was asked for was tried and failed. */
  failed: 1,
  /** Nothing was tried: wrong usage, a flow with mistakes, a bad parameter. */
  refused: 2,
  /** Stopped by a signal. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
