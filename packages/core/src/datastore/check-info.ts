import { TransferError } from "./object-calls.js";

/**
 * What a store tells of an object. Whoever else answers in its place, such as a proxy with a page of its own, does not
 * know this.
 *
 * @throws TransferError
 */
export function checkInfo<T extends { readonly etag: string; readonly size?: number }>(info: T): T {
  const { etag, size = 0 } = info;
  if (!etag) throw new TransferError("the answer has no etag, so it may not be the store's");
  if (!Number.isSafeInteger(size)) throw new TransferError("the answer has no size, so it may not be the store's");
  return info;
}
