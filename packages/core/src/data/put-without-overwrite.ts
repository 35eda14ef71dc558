import type { DataBody } from "../contracts/data.js";
import type { Datastore, PutOptions, PutResult } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { putBody } from "./data-bodies.js";

type Put = (key: string, body: DataBody, options: PutOptions) => Promise<PutResult>;

/**
 * Puts that replace nothing, where nobody has shown yet that the store keeps conditions: no run is registered here. Until
 * that is shown each looks first, and the first of bytes is done twice.
 *
 * @throws DATASTORE_CONDITION_IGNORED
 */
export function createPutWithoutOverwrite(datastore: Datastore): Put {
  let isShown = false;
  let turn: Promise<unknown> = Promise.resolve();

  const put: Put = (key, body, options) => putBody(datastore, key, body, { ...options, ifAbsent: true });
  const lookAndPut: Put = async (key, body, options) => {
    const isThere = (await datastore.head(key, { signal: options.signal })) !== null;
    return isThere ? { written: false } : await put(key, body, options);
  };
  const show: Put = async (key, body, options) => {
    if (isShown) return await put(key, body, options);
    const result = await lookAndPut(key, body, options);
    // The same bytes again: where the condition is ignored, nothing is lost.
    if (result.written && (await put(key, body, options)).written) {
      const condition = "that was to be written only if absent";
      throw errors.DATASTORE_CONDITION_IGNORED({ root: datastore.root, condition });
    }
    isShown ||= result.written;
    return result;
  };

  return (key, body, options) => {
    if (isShown) return put(key, body, options);
    // What can be read only once cannot show anything.
    if (!isRepeatable(body)) return lookAndPut(key, body, options);
    const mine = turn.then(() => show(key, body, options));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

function isRepeatable(body: DataBody): boolean {
  return (
    typeof body === "string" ||
    body instanceof Uint8Array ||
    (typeof body === "object" && body !== null && "json" in body)
  );
}
