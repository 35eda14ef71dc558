import type { Datastore } from "../contracts/datastore.js";

/** The same datastore as a plain object: it may be of a class. */
export function callsOf(datastore: Datastore): Datastore {
  const { name, root, capabilities } = datastore;
  return {
    ...{ name, root, capabilities },
    get: (...given) => datastore.get(...given),
    put: (...given) => datastore.put(...given),
    head: (...given) => datastore.head(...given),
    list: (...given) => datastore.list(...given),
    delete: (...given) => datastore.delete(...given),
    ...(datastore.getSync && { getSync: datastore.getSync.bind(datastore) }),
    ...(datastore.getStream && { getStream: datastore.getStream.bind(datastore) }),
    ...(datastore.putStream && { putStream: datastore.putStream.bind(datastore) }),
    ...(datastore.onThrottled && { onThrottled: datastore.onThrottled.bind(datastore) }),
  };
}
