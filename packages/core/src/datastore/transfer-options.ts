import type { ObjectLimits } from "../contracts/object-client.js";
import { errors } from "../errors/codes.js";
import type { RetryBudget } from "./retry-delay.js";

/** What users may choose; every datastore of this kind takes it. */
export interface TransferOptions {
  /** Requests under way at the same time, at most; an overloaded store gets fewer. Default 64. */
  readonly maxConcurrency?: number | undefined;
  /** Bytes of a part: larger objects are sent and read in several. Default 8 MiB; stores have minima, e.g. 5 MiB. */
  readonly partBytes?: number | undefined;
  /** Parts of one object under way at the same time. Default 3. With `partBytes` it says how much memory is used. */
  readonly partConcurrency?: number | undefined;
  readonly retry?: Partial<RetryBudget> | undefined;
}

/** Of all of them: timers wait no longer, and no part is larger. */
const MAX = 2 ** 31 - 1;

/**
 * Refuses options with which the datastore of that name could make no request.
 *
 * @throws DATASTORE_OPTION_INVALID
 */
export function checkTransferOptions(name: string, options: TransferOptions, limits: ObjectLimits): void {
  const check = (option: string, value: unknown, min: number): void => {
    if (value === undefined || (Number.isInteger(value) && Number(value) >= min && Number(value) <= MAX)) return;
    throw errors.DATASTORE_OPTION_INVALID({ name, option, value: String(value), min, max: MAX });
  };
  const { maxConcurrency, partBytes, partConcurrency, retry = {} } = options;
  check("maxConcurrency", maxConcurrency, 1);
  check("partBytes", partBytes, limits.minPartBytes ?? 1);
  check("partConcurrency", partConcurrency, 1);
  check("retry.tries", retry.tries, 1);
  check("retry.total", retry.total, 0);
  check("retry.base", retry.base, 0);
  check("retry.cap", retry.cap, 0);
  check("retry.idle", retry.idle, 1);
}
