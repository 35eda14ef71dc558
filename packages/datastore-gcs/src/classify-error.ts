import type { ObjectFailure, ObjectFailureKind } from "@metaflow-ts/core/plugin";
import { CredentialsError } from "./client.js";
import { DamagedError, GcsError, type Refusal } from "./requests.js";

/** Cloud Storage's own words for what went wrong. Those that are not here are told by their status. */
const BY_REASON: Readonly<Record<string, ObjectFailureKind>> = {
  rateLimitExceeded: "throttled",
  userRateLimitExceeded: "throttled",
  SlowDown: "throttled",
  conditionNotMet: "refused",
  InvalidRange: "range",
};

const SIGN_IN =
  "Sign in (`gcloud auth application-default login`), or set GOOGLE_APPLICATION_CREDENTIALS to a file with credentials.";

/** What to do about errors that only their message tells from others. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [/requester pays|user project/i, "Set the option `userProject` to the project that pays."],
  [
    /Cloud KMS|cryptoKey/i,
    "Check the key of the option `kmsKeyName`, and whether the bucket's service agent may use it.",
  ],
  [/Invalid bucket name/i, "Correct the bucket's name in --datastore-root, as in gs://my-bucket/prefix."],
];

/** Codes of what fails on the way, other than those of files. */
const NETWORK = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+)$/;

/** What the failed call of a program below has, as far as it is used. */
interface SystemError {
  readonly message?: string;
  /** Of a failed system call, or of an HTTP client. */
  readonly code?: string | number;
  readonly status?: number;
  readonly cause?: unknown;
}

/** What an error of a request means. */
export function classifyError(error: unknown, bucket: string): ObjectFailure {
  if (error instanceof GcsError) return answered(error.answer, bucket);
  if (error instanceof CredentialsError) return withoutCredentials(error.cause);
  if (error instanceof DamagedError) return { kind: "transient", reason: error.message };
  const code = codeOf(error);
  const kind = code === undefined || code.startsWith("ERR_INVALID") ? "broken" : "transient";
  return { kind, reason: reasonOf(error) };
}

function answered(answer: Refusal, bucket: string): ObjectFailure {
  const { about, status, reason, message, headers } = answer;
  const kind = kindOf(answer);
  const isBucket = kind === "broken" && status === 404;
  const name = reason === undefined || message.includes(reason) ? `${status}` : `${status} ${reason}`;
  return {
    kind,
    reason: isBucket ? `there is no bucket '${bucket}'` : `the store answered ${name}${message && `: ${message}`}`,
    // An upload's is the secret part of its URL.
    requestId: about === "upload" ? undefined : (headers.get("x-guploader-uploadid") ?? undefined),
    retryAfter: retryAfter(headers.get("retry-after")),
    fix: isBucket ? "Check the bucket's name, or create the bucket." : fixOf(kind, message),
  };
}

function fixOf(kind: ObjectFailureKind, message: string): string | undefined {
  return kind === "expired" ? SIGN_IN : FIXES.find(([pattern]) => pattern.test(message))?.[1];
}

function kindOf({ about, status, reason = "", message }: Refusal): ObjectFailureKind {
  const named = BY_REASON[reason];
  if (named !== undefined) return named;
  if (status === 404 || status === 410) return absence(about, message);
  if (status === 401) return "expired";
  if (status === 403) return "denied";
  if (status === 412) return "refused";
  if (status === 416) return "range";
  if (status === 429 || status === 503) return "throttled";
  // 409: the object was changed at the same moment.
  if (status === 408 || status === 409 || (status >= 500 && status !== 501)) return "transient";
  // The bytes were damaged on their way.
  if (status === 400 && /(crc32c|md5).*match/i.test(message)) return "transient";
  return "broken";
}

/** The status is the same, whatever is absent. */
function absence(about: Refusal["about"], message: string): ObjectFailureKind {
  if (about === "upload") return "absent";
  if (about === "bucket" || /bucket does not exist/i.test(message)) return "broken";
  return /^No such object/.test(message) ? "absent" : "absent-or-bucket";
}

function withoutCredentials(cause: unknown): ObjectFailure {
  const { status = 0, message = "" } = cause as SystemError;
  const isPassing = status === 429 || status >= 500 || NETWORK.test(codeOf(cause) ?? "");
  if (isPassing) return { kind: "transient", reason: `no credentials: ${reasonOf(cause)}` };
  const isClock = /timeframe|\biat\b/.test(message);
  return { kind: "denied", reason: reasonOf(cause), fix: isClock ? "Set this machine's clock." : SIGN_IN };
}

/** The first code of an error and its causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as SystemError;
    if (typeof code === "string") return code;
  }
  return undefined;
}

/** The innermost message: those around it only say that something failed. */
function reasonOf(error: unknown): string {
  let { message = "" } = error as SystemError;
  for (let at = error; at instanceof Error; at = at.cause) message = at.message || codeOf(at) || message;
  return message || "an unknown error";
}

/** In milliseconds; the header has seconds or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  const until = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isFinite(until) ? Math.max(0, until) : undefined;
}
