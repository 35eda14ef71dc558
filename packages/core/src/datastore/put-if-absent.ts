import type { Datastore } from "../contracts/datastore.js";

/**
 * Writes an object unless there is one; false where there is. On a datastore that cannot do this in one step, two
 * writers at the same moment may both succeed, and the later one stays.
 */
export async function putIfAbsent(
  datastore: Datastore,
  key: string,
  body: Uint8Array | readonly Uint8Array[],
): Promise<boolean> {
  if (datastore.capabilities.putIfAbsent) return (await datastore.put(key, body, { ifAbsent: true })).written;
  if ((await datastore.head(key)) !== null) return false;
  return (await datastore.put(key, body)).written;
}
