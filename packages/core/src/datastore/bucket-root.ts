import { errors } from "../errors/codes.js";
import { checkKey } from "./check-key.js";
import { schemeOf } from "./scheme-of.js";
import { withoutSecrets } from "./without-secrets.js";

/** Where in which bucket a datastore lies. */
export interface BucketRoot {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** The root as it is shown and handed on: without a slash at its end. */
  readonly root: string;
}

/**
 * Takes a root such as `s3://bucket/some/prefix` apart.
 *
 * @param name of the datastore, for errors
 * @throws DATASTORE_ROOT_INVALID
 */
export function parseBucketRoot(name: string, scheme: string, root: string): BucketRoot {
  const refuse = (reason: string) => errors.DATASTORE_ROOT_INVALID({ name, root: withoutSecrets(root), reason });
  if (schemeOf(root) !== scheme) throw refuse(`it has the form ${scheme}://bucket/prefix`);
  const [bucket = "", ...parts] = root.slice(scheme.length + 3).split("/");
  if (!/^[\w][\w.-]*$/.test(bucket))
    throw refuse("it names no bucket; letters, digits, '.', '_' and '-' may be in one");
  const path = parts.join("/").replace(/\/$/, "");
  if (path === "") return { bucket, prefix: "", root: `${scheme}://${bucket}` };
  try {
    checkKey(path);
  } catch (error) {
    throw refuse(`its prefix is not possible (${(error as Error).message})`);
  }
  return { bucket, prefix: `${path}/`, root: `${scheme}://${bucket}/${path}` };
}
