/** What the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** URL of the module that the datastore's provider comes from, for processes that core starts. */
export const PROVIDER_VARIABLE = "METAFLOW_DATASTORE_MODULE";

/** The same for the metadata provider. */
export const METADATA_VARIABLE = "METAFLOW_METADATA_MODULE";

/** The folder in which the code package of a run was unpacked, for processes that run its tasks there. */
export const CODE_VARIABLE = "METAFLOW_CODE_FOLDER";

/**
 * The environment as it is now. The one place that reads it: whoever needs a variable is handed this, so that
 * tests and other processes can give another.
 */
export function readEnvironment(): Environment {
  return { ...process.env };
}
