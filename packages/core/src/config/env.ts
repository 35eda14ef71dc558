/** What the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** URL of the module that the datastore's provider comes from, for processes that core starts. */
export const PROVIDER_VARIABLE = "METAFLOW_DATASTORE_MODULE";

/**
 * The environment as it is now. The one place that reads it: whoever needs a variable is handed this, so that
 * tests and other processes can give another.
 */
export function readEnvironment(): Environment {
  return { ...process.env };
}
