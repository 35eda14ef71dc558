import type { ObjectFailure, ObjectFailureKind } from "@metaflow-ts/core/plugin";

/** What the SDK's errors have, as far as it is used. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  /** Azure's own name for what went wrong, or that of a failed system call. */
  readonly code?: string;
  readonly statusCode?: number;
  /** What Azure said in headers and body; of a HEAD there are only headers. */
  readonly details?: { readonly errorCode?: string; readonly authenticationErrorDetail?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Thrown where something else answered than a store. */
export class NoListError extends Error {
  override readonly name = "NoListError";
}

/** Azure's and the SDK's own names for what went wrong. Those that are not here are told by their status. */
const BY_CODE: Readonly<Record<string, ObjectFailureKind>> = {
  BlobNotFound: "absent",
  ContainerNotFound: "broken",
  ContainerBeingDeleted: "broken",
  ContainerDisabled: "broken",
  ConditionNotMet: "refused",
  TargetConditionNotMet: "refused",
  BlobAlreadyExists: "refused",
  BlocksDroppedError: "refused",
  InvalidRange: "range",
  // A lease or a policy of somebody else's: no condition of ours.
  LeaseIdMissing: "broken",
  BlobImmutableDueToPolicy: "denied",
  UnauthorizedBlobOverwrite: "denied",
  NoAuthenticationInformation: "denied",
  InvalidAuthenticationInfo: "expired",
  ExpiredAuthenticationToken: "expired",
  CredentialUnavailableError: "denied",
  AggregateAuthenticationError: "denied",
  AuthenticationError: "denied",
  AuthenticationRequiredError: "denied",
  ServerBusy: "throttled",
  OperationTimedOut: "transient",
  Md5Mismatch: "transient",
  Crc64Mismatch: "transient",
  // What is sent is right, so it was damaged on its way.
  InvalidMd5: "transient",
  InvalidBlockList: "transient",
  InvalidXmlDocument: "transient",
  PARSE_ERROR: "transient",
  ChecksumError: "transient",
  NoListError: "transient",
};

const NAME =
  "Correct the container's name in --datastore-root: 3 to 63 lower case letters, digits and '-', as in azure://my-container/prefix.";
const SIGN_IN =
  "Sign in (`az login`), give this machine an identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.";

const FIXES: Readonly<Record<string, string>> = {
  AccountError:
    "Set METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT to https://<account>.blob.core.windows.net, or the option `endpoint`.",
  ContainerNotFound: "Check the container's name and the endpoint, or create the container.",
  InvalidResourceName: NAME,
  OutOfRangeInput: NAME,
  AuthorizationPermissionMismatch:
    "Give the user or identity the role Storage Blob Data Contributor for the container.",
  NoAuthenticationInformation: SIGN_IN,
};

/** What an error of the SDK means. */
export function classifyError(error: unknown, container: string): ObjectFailure {
  const { statusCode, response } = error as SdkError;
  const code = errorCode(error);
  const kind = kindOf(error as SdkError, code, statusCode);
  return {
    kind,
    reason: reasonOf(error as SdkError, code, container),
    requestId: response?.headers?.get("x-ms-request-id"),
    retryAfter: retryAfter(response?.headers?.get("retry-after")),
    fix: FIXES[code] ?? fixOf(kind, code),
  };
}

/** Azure's name for what went wrong, else the SDK's. */
export function errorCode(error: unknown): string {
  const { name = "", code, details } = error as SdkError;
  return details?.errorCode ?? code ?? name;
}

function kindOf(error: SdkError, code: string, status: number | undefined): ObjectFailureKind {
  const { message = "", details } = error;
  // One code for many reasons, of which some pass.
  const detail = details?.authenticationErrorDetail ?? "";
  if (/date header/i.test(detail)) return "skewed";
  if (/time frame|expired/i.test(detail)) return "expired";
  // Also where a page of somebody else's says so.
  if (code === "PARSE_ERROR" && (status === 401 || status === 403)) return "denied";
  const named = BY_CODE[code];
  if (named !== undefined) return named;
  // No answer of a store: the connection failed, or what came was damaged. All else is a mistake in a call.
  if (status === undefined)
    return error.code !== undefined || /corruption|aborted|hang up|valid (etag|content length) header/i.test(message)
      ? "transient"
      : "broken";
  if (status < 300) return "transient";
  if (status === 401 || status === 403) return "denied";
  if (status === 404) return "absent-or-bucket";
  if (status === 412) return "refused";
  if (status === 416) return "range";
  if (status === 429 || status === 503) return "throttled";
  if (status === 408 || (status >= 500 && status !== 501)) return "transient";
  // Azure names what it finds wrong. Nameless is what could not be read at all: it was damaged on its way.
  return status === 400 && code === error.name ? "transient" : "broken";
}

function fixOf(kind: ObjectFailureKind, code: string): string | undefined {
  if (kind === "skewed") return "Set this machine's clock.";
  if (kind === "expired") return "Get new credentials, e.g. with `az login`, or a new shared access signature.";
  if (code === "AuthenticationFailed")
    return "Check the account's key or the shared access signature, and the endpoint.";
  return /(Credential|Authentication).*Error$/.test(code) ? SIGN_IN : undefined;
}

function reasonOf({ name, message = "", statusCode }: SdkError, code: string, container: string): string {
  if (code === "ContainerNotFound") return `there is no container '${container}'`;
  // What follows are the request's number and time, or what each credential of a chain had to say.
  const [first = ""] = message.split("\n");
  // A page of somebody between here and Azure says nothing that helps.
  const said = first.includes("<") ? "" : first;
  if (statusCode === undefined) return said || "an unknown error";
  const title = code === "" || code === name ? `the store answered ${statusCode}` : code;
  return said === "" ? title : `${title}: ${said}`;
}

/** In milliseconds; the header has seconds or a date. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const until = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isFinite(until) ? Math.max(0, until) : undefined;
}
