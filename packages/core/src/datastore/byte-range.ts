import type { GetOptions } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";

/**
 * Where to read in an object of `size` bytes; a range's end is cut to the object's.
 * @throws DATASTORE_RANGE_INVALID where the range starts past the object or makes no sense
 */
export function byteRange(key: string, size: number, options: GetOptions): { start: number; end: number } {
  if (options.range === undefined) return { start: 0, end: size };
  const { start, end } = options.range;
  const makesSense = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start;
  if (!makesSense || start >= size) throw errors.DATASTORE_RANGE_INVALID({ key, start, end, size });
  return { start, end: Math.min(end, size) };
}
