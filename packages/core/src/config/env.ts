/** What the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment as it is now. The one place that reads it: whoever needs a variable is handed this, so that
 * tests and other processes can give another.
 */
export function readEnvironment(): Environment {
  return { ...process.env };
}
