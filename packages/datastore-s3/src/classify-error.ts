import type { ObjectFailure, ObjectFailureKind } from "@metaflow-ts/core/plugin";

/** What the SDK's errors have, as far as it is used. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  /** Of a failed system call. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>>; readonly statusCode?: number };
}

/** Thrown where something else answered than a store. */
export class ForeignAnswerError extends Error {
  override readonly name = "ForeignAnswerError";
}

/** S3's own names for what went wrong. Those that are not here are told by their status. */
const BY_NAME: Readonly<Record<string, ObjectFailureKind>> = {
  NoSuchKey: "absent",
  NoSuchUpload: "absent",
  // A HEAD has no body that says what is absent.
  NotFound: "absent-or-bucket",
  NoSuchBucket: "broken",
  PreconditionFailed: "refused",
  InvalidRange: "range",
  ExpiredToken: "expired",
  ExpiredTokenException: "expired",
  TokenRefreshRequired: "expired",
  RequestExpired: "expired",
  RequestTimeTooSkewed: "skewed",
  AccessDenied: "denied",
  InvalidToken: "denied",
  // 403, but no right would help: the object lies in an archive.
  InvalidObjectState: "broken",
  CredentialsProviderError: "denied",
  TokenProviderError: "denied",
  SlowDown: "throttled",
  SlowDownRead: "throttled",
  SlowDownWrite: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  RequestLimitExceeded: "throttled",
  TooManyRequestsException: "throttled",
  TooManyRequests: "throttled",
  RequestTimeout: "transient",
  IncompleteBody: "transient",
  // What is sent is right, so it was damaged on its way.
  InvalidPart: "transient",
  InvalidPartOrder: "transient",
  MalformedXML: "transient",
  BadDigest: "transient",
  XAmzContentSHA256Mismatch: "transient",
  XAmzContentChecksumMismatch: "transient",
  TimeoutError: "transient",
  ForeignAnswerError: "transient",
};

const ENDPOINT = "Set METAFLOW_S3_ENDPOINT_URL, or the option `endpoint`, to a URL such as https://minio.example:9000.";
const REGION = "Set AWS_REGION to the bucket's region.";

/** What to do, by the name of what went wrong. */
const FIXES: Readonly<Record<string, string>> = {
  NoSuchBucket: "Check the bucket's name and the endpoint, or create the bucket.",
  InvalidBucketName:
    "Correct the bucket's name in --datastore-root: 3 to 63 lower case letters, digits, '.' and '-', as in s3://my-bucket/prefix.",
  CredentialsProviderError:
    "Sign in (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  InvalidAccessKeyId: "Check AWS_ACCESS_KEY_ID, or the profile's key: this store, at this endpoint, does not know it.",
  SignatureDoesNotMatch:
    "Check AWS_SECRET_ACCESS_KEY, or the profile's secret key: it is not the one of the access key.",
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  RequestTimeTooSkewed: "Set this machine's clock.",
  InvalidToken: "Check AWS_SESSION_TOKEN: it does not belong to the access key, or is from another place.",
  InvalidObjectState: "Restore the object from its archive, and choose a `storageClass` that can be read at once.",
  EndpointError: ENDPOINT,
};

/** The same by name and message, where a name alone does not tell. */
const FIXES_BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/^Error: Region is missing/, "Set AWS_REGION to the bucket's region, or `region` in the profile of ~/.aws/config."],
  [
    /^NotImplemented: .*(KMS|encryption)/i,
    "Let the store encrypt, or leave out the option `encryption` and METAFLOW_S3_SERVER_SIDE_ENCRYPTION.",
  ],
  [/^TypeError: Invalid URL/, ENDPOINT],
  [
    /getaddrinfo E/,
    "Check the endpoint. Give a store of your own by METAFLOW_S3_ENDPOINT_URL or the option `endpoint`: then the bucket is in the path, not in the host's name.",
  ],
  [/^AccessDenied: .*\bkms:/, "Let the user or role use the key: kms:GenerateDataKey to write, kms:Decrypt to read."],
  [/^KMS\./, "Check the key of the option `encryption`: whether it is there, enabled, and in the bucket's region."],
];

/** What an error of the SDK means. */
export function classifyError(error: unknown, bucket: string): ObjectFailure {
  const { name = "", message = "", $metadata, $response } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const kind = kindOf(error as SdkError, status);
  return {
    kind,
    reason: reasonOf(name, message, status, bucket),
    requestId: $metadata?.requestId,
    retryAfter: retryAfter($response?.headers),
    fix:
      FIXES[name] ??
      fixByText(name, message) ??
      (kind === "expired" ? "Get new credentials, e.g. with `aws sso login`." : undefined),
  };
}

function fixByText(name: string, message: string): string | undefined {
  return FIXES_BY_TEXT.find(([pattern]) => pattern.test(`${name}: ${message}`))?.[1];
}

function kindOf({ name = "", message = "", code }: SdkError, status: number | undefined): ObjectFailureKind {
  const named = BY_NAME[name];
  if (named !== undefined) return named;
  // No answer of a store: the connection failed, or what came was damaged. All else is a mistake in a call.
  if (status === undefined)
    return (code !== undefined && !code.startsWith("ERR_INVALID")) || /checksum mismatch|aborted|hang up/i.test(message)
      ? "transient"
      : "broken";
  if (status < 300) return "transient";
  if (status === 401 || status === 403) return "denied";
  if (status === 404) return "absent-or-bucket";
  if (status === 412) return "refused";
  if (status === 416) return "range";
  if (status === 429 || status === 503) return "throttled";
  // 409: another write of the key was under way; which one counts is decided by the next try.
  if (status === 408 || status === 409 || (status >= 500 && status !== 501)) return "transient";
  // Without a body nobody says why; expired credentials are answered like this.
  return status === 400 && isNameless(name) ? "expired" : "broken";
}

function isNameless(name: string): boolean {
  return name === "" || name === "BadRequest" || name.startsWith("Unknown") || /^\d{3}$/.test(name);
}

function reasonOf(name: string, message: string, status: number | undefined, bucket: string): string {
  if (name === "NoSuchBucket") return `there is no bucket '${bucket}'`;
  const isPage = message.includes("XML parse error");
  const said = message === "" || message.startsWith("Unknown") || message === name || isPage ? "" : `: ${message}`;
  if (!isNameless(name) && name !== "Error") return `${name}${said}`;
  return status === undefined ? message || "an unknown error" : `the store answered ${status}${said}`;
}

/** In milliseconds; the header has seconds or a date. */
function retryAfter(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const value = headers?.["retry-after"];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const until = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isFinite(until) ? Math.max(0, until) : undefined;
}
