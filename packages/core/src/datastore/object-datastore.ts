import type { Datastore, PutResult } from "../contracts/datastore.js";
import type { ObjectClient } from "../contracts/object-client.js";
import { createAdaptiveLimit } from "./adaptive-limit.js";
import { withAttributesByHead } from "./attributes-by-head.js";
import { checkKey } from "./check-key.js";
import { requireAttributes } from "./object-attributes.js";
import { createObjectCalls } from "./object-calls.js";
import { createObjectReads } from "./object-reads.js";
import { createObjectWrites } from "./object-writes.js";
import { DEFAULT_BUDGET } from "./retry-delay.js";
import { checkTransferOptions, type TransferOptions } from "./transfer-options.js";
import { createWriteMarks } from "./write-marks.js";

export interface ObjectDatastoreOptions extends TransferOptions {
  /** The registered name. */
  readonly name: string;
  /** As a person would write it: `s3://bucket/prefix`. */
  readonly root: string;
  /** What comes before every key: empty, or ends with `/`. */
  readonly prefix: string;
}

const MAX_CONCURRENCY = 64;
const PART_BYTES = 8 * 1024 * 1024;
const PART_CONCURRENCY = 3;

/**
 * A datastore in a bucket, given the few requests that its SDK makes.
 *
 * @throws DATASTORE_OPTION_INVALID
 */
export function createObjectDatastore(client: ObjectClient, options: ObjectDatastoreOptions): Datastore {
  const { name, root, prefix } = options;
  checkTransferOptions(name, options, client.limits);
  const throttled = new Set<() => void>();
  const calls = createObjectCalls(client, {
    root,
    prefix,
    budget: { ...DEFAULT_BUDGET, ...options.retry },
    limit: createAdaptiveLimit(options.maxConcurrency ?? MAX_CONCURRENCY),
    onThrottled: () => throttled.forEach((listener) => void listener()),
  });
  const marks = createWriteMarks();
  const fullKey = (key: string) => {
    checkKey(key);
    return `${prefix}${key}`;
  };
  const transfer = {
    root,
    fullKey,
    partBytes: options.partBytes ?? PART_BYTES,
    partConcurrency: options.partConcurrency ?? PART_CONCURRENCY,
  };
  const reads = createObjectReads(client, calls, {
    ...transfer,
    onInfo: (key, info) => marks.note(key, info.etag, info.mark),
  });
  const write = createObjectWrites(client, calls, { ...transfer, marks });
  const capabilities = {
    putIfAbsent: true,
    putIfMatch: true,
    syncGet: false,
    attributes: client.limits.attributes !== undefined,
  };
  const put = async (...[key, body, given = {}]: Parameters<typeof write>): Promise<PutResult> => {
    requireAttributes({ name, root, capabilities }, key, given);
    return await write(key, body, given);
  };
  const cut = (key: string) => key.slice(prefix.length);

  return {
    name,
    root,
    capabilities,
    ...(client.limits.attributes === "head" ? withAttributesByHead(reads, root) : reads),
    put,
    putStream: put,
    onThrottled: (listener) => void throttled.add(listener),
    async list(under, given = {}) {
      const { signal, startAfter } = given;
      const answer = await calls.call({ action: "list", key: under, signal, isOfBucket: true }, (attempt) =>
        client.list(`${prefix}${under}`, {
          ...given,
          startAfter: startAfter === undefined ? undefined : `${prefix}${startAfter}`,
          signal: attempt.signal,
        }),
      );
      if (answer.kind !== "done") return { keys: [], prefixes: [], cursor: undefined };
      const { keys, prefixes, cursor } = answer.value;
      return { keys: keys.map(cut), prefixes: prefixes.map(cut), cursor };
    },
    async delete(key, { signal } = {}) {
      const full = fullKey(key);
      await calls.call({ action: "delete", key, signal }, (attempt) => client.delete(full, { signal: attempt.signal }));
    },
  };
}
