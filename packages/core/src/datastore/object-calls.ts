import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectClient, ObjectFailure } from "../contracts/object-client.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import type { AdaptiveLimit } from "./adaptive-limit.js";
import { type RetryBudget, retryDelay } from "./retry-delay.js";
import { tlsFailure } from "./tls-failure.js";
import { withoutSecrets } from "./without-secrets.js";

/** What a call is about, for errors and time limits. */
export interface ObjectCall {
  /** Completes "could not …": `read`, `write`. */
  readonly action: string;
  readonly key: string;
  readonly signal: AbortSignal | undefined;
  /** Bytes that are sent without a sign of progress: they lengthen the time that is allowed. */
  readonly sends?: number | undefined;
  /** It asks the bucket, not for an object in it: what is absent is the bucket. */
  readonly isOfBucket?: boolean | undefined;
}

/** One try of a call. */
export interface ObjectTry {
  readonly signal: AbortSignal;
  /** Says that bytes arrived: the time without progress begins anew. */
  readonly progress: () => void;
  /** Ends the transfer where no more of it is wanted, by the signal. */
  readonly cancel: () => void;
}

/** What the store answered; failures that are answers, too. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "absent" | "refused" | "range" };

/** Makes calls to an object store until they are answered. */
export interface ObjectCalls {
  /** @throws DATASTORE_DENIED, DATASTORE_BROKEN, and what the signal was aborted with */
  call<T>(about: ObjectCall, run: (attempt: ObjectTry) => Promise<T>): Promise<Answer<T>>;
}

export interface ObjectCallsOptions {
  readonly root: string;
  /** Of all keys: rights may not reach beyond it. */
  readonly prefix: string;
  readonly budget: RetryBudget;
  readonly limit: AdaptiveLimit;
  /** Called whenever the store asks for fewer requests. */
  readonly onThrottled?: (() => void) | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

/** Thrown by what checks a transfer: bytes are missing, or too many. Worth another try. */
export class TransferError extends Error {}

/** Bytes a second that even a slow line sends. */
const SLOWEST = 32 * 1024;

export function createObjectCalls(client: ObjectClient, options: ObjectCallsOptions): ObjectCalls {
  const { root, budget, limit, onThrottled, random = Math.random } = options;
  const bucket = createBucketCheck(client, options.prefix);
  let succeededAt = 0;

  let renewedAt = Number.NEGATIVE_INFINITY;
  /** Many calls may find out at the same time that credentials have expired: new ones are got once. */
  const renew = async (startedAt: number): Promise<void> => {
    if (startedAt < renewedAt) return;
    renewedAt = performance.now();
    await client.renewCredentials?.();
  };

  /** The value, or why there is none. */
  const attempt = async <T>(about: ObjectCall, run: (attempt: ObjectTry) => Promise<T>): Promise<Tried<T>> => {
    const startedAt = performance.now();
    const deadline = startDeadline(about, budget.idle);
    try {
      const { signal, progress, cancel } = deadline;
      const value = await run({ signal, progress, cancel });
      limit.grow();
      succeededAt = performance.now();
      bucket.seen();
      return { value };
    } catch (error) {
      about.signal?.throwIfAborted();
      if (isMetaflowError(error)) throw error;
      const failure = deadline.isOver() ? noAnswer(budget.idle) : classify(client, error);
      if (failure.kind === "throttled") {
        limit.shrink(startedAt);
        onThrottled?.();
      }
      if (failure.kind === "expired") await renew(startedAt);
      return { failure };
    } finally {
      deadline.stop();
      limit.leave();
    }
  };

  const call: ObjectCalls["call"] = async (about, run) => {
    // Not before its first turn: among thousands of calls, that may come late.
    let startedAt: number | undefined;
    for (let tries = 1, repairs = 0; ; tries++) {
      await limit.enter(about.signal);
      startedAt ??= performance.now();
      const tried = await attempt(about, run);
      if ("value" in tried) return { kind: "done", value: tried.value };
      const { failure } = tried;
      switch (failure.kind) {
        case "absent":
        case "refused":
        case "range":
          bucket.seen();
          return { kind: failure.kind };
        case "absent-or-bucket":
          if (about.isOfBucket) throw explain(root, about, noBucket(failure), tries, performance.now() - startedAt);
          if (bucket.isKnown()) return { kind: "absent" };
          await bucket.check(call, about);
          return { kind: "absent" };
        case "expired":
        case "skewed":
          repairs++;
      }
      const now = performance.now();
      // A store that serves other calls has not failed: this one has its turn yet.
      const since = failure.kind === "throttled" ? Math.max(startedAt, succeededAt) : startedAt;
      const delay = retryDelay(failure, { tries, repairs, elapsed: now - since }, budget, random());
      if (delay === null) throw explain(root, about, failure, tries, now - startedAt);
      await sleep(delay, undefined, { signal: about.signal }).catch((error) => {
        about.signal?.throwIfAborted();
        throw error;
      });
    }
  };
  return { call };
}

type Tried<T> = { readonly value: T } | { readonly failure: ObjectFailure };

/** Whether the bucket is there: asked once, where an answer leaves it open. */
function createBucketCheck(client: ObjectClient, prefix: string) {
  let isKnown = false;
  const seen = () => {
    isKnown = true;
  };
  return {
    seen,
    isKnown: () => isKnown,
    async check(call: ObjectCalls["call"], about: ObjectCall): Promise<void> {
      // A list of an absent bucket fails as broken, whereas one of an absent key is empty.
      const list = { ...about, action: "look up", sends: 0, isOfBucket: true };
      await call(list, ({ signal }) => client.list(prefix, { limit: 1, signal }));
    },
  };
}

/** Ends a try that makes no progress, or whose caller wants it no longer. */
function startDeadline({ signal, sends = 0 }: ObjectCall, idle: number) {
  const controller = new AbortController();
  const allowed = idle + (sends / SLOWEST) * 1000;
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new Error("no progress"));
  }, allowed);
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    progress: () => void timer.refresh(),
    cancel: () => controller.abort(new Error("no longer wanted")),
    isOver: () => isOver,
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function noBucket({ reason, requestId }: ObjectFailure): ObjectFailure {
  const fix = "Check the bucket's name and the store's address.";
  return { kind: "broken", reason: `there is no such bucket, or no store: ${reason}`, requestId, fix };
}

function noAnswer(idle: number): ObjectFailure {
  return { kind: "transient", reason: `there was no answer for ${Math.round(idle / 1000)} s` };
}

function classify(client: ObjectClient, error: unknown): ObjectFailure {
  if (error instanceof TransferError) return { kind: "transient", reason: error.message };
  return tlsFailure(error) ?? client.classify(error);
}

function explain(
  root: string,
  { action, key }: ObjectCall,
  failure: ObjectFailure,
  tries: number,
  elapsed: number,
): MetaflowError {
  const details = [
    ...(tries > 1 ? [`tried ${tries} times in ${Math.round(elapsed / 1000)} s`] : []),
    ...(failure.requestId === undefined ? [] : [`request ${failure.requestId}`]),
  ];
  const said = withoutSecrets(failure.reason).replace(/\.$/, "");
  const reason = `${said}${details.length === 0 ? "" : ` (${details.join("; ")})`}.`;
  const fix = failure.fix === undefined ? {} : { fix: failure.fix };
  const isDenied = failure.kind === "denied" || failure.kind === "expired";
  const make = isDenied ? errors.DATASTORE_DENIED : errors.DATASTORE_BROKEN;
  return make({ action, key, root, reason }, fix);
}
