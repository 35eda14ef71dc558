import { describe, expect, it } from "vitest";
import { ChecksumError } from "./checksum.js";
import { classifyError } from "./classify-error.js";
import { AccountError } from "./client.js";
import { BlocksDroppedError } from "./upload.js";

/** An error as the SDK makes it of an answer. */
function answered(statusCode: number, code: string | undefined, given: Record<string, unknown> = {}) {
  const { headers = {}, message = "said\nRequestId:R1\nTime:now", ...details } = given;
  const response = { headers: new Map(Object.entries({ "x-ms-request-id": "R1", ...(headers as object) })) };
  return Object.assign(new Error(String(message)), { name: "RestError", statusCode, code, response, details });
}

const kindOf = (error: unknown) => classifyError(error, "container").kind;

describe("classifyError", () => {
  it.each([
    [404, "BlobNotFound", "absent"],
    [404, "ContainerNotFound", "broken"],
    [404, undefined, "absent-or-bucket"],
    [409, "ContainerBeingDeleted", "broken"],
    [409, "BlobAlreadyExists", "refused"],
    [409, "SnapshotsPresent", "broken"],
    [412, "ConditionNotMet", "refused"],
    [412, "LeaseIdMissing", "broken"],
    [416, "InvalidRange", "range"],
    [403, "AuthorizationFailure", "denied"],
    [403, "AuthorizationPermissionMismatch", "denied"],
    [403, "AuthenticationFailed", "denied"],
    [403, undefined, "denied"],
    [401, "NoAuthenticationInformation", "denied"],
    [401, "InvalidAuthenticationInfo", "expired"],
    [503, "ServerBusy", "throttled"],
    [429, undefined, "throttled"],
    [500, "InternalError", "transient"],
    [500, "OperationTimedOut", "transient"],
    [502, undefined, "transient"],
    [400, "Md5Mismatch", "transient"],
    [400, "InvalidBlockList", "transient"],
    [400, "PARSE_ERROR", "transient"],
    [400, undefined, "transient"],
    [400, "InvalidHeaderValue", "broken"],
    [501, "NotImplemented", "broken"],
  ] as const)("takes %i %s for %s", (status, code, kind) => {
    expect(kindOf(answered(status, code))).toBe(kind);
    // A HEAD has no body; its code comes in a header.
    expect(kindOf(answered(status, undefined, { errorCode: code }))).toBe(kind);
  });

  it.each([
    ["Signature not valid in the specified time frame: Start [a] - Expiry [b] - Current [c]", "expired"],
    ["Lifetime validation failed. The token is expired.", "expired"],
    ["Request date header too old: 'Tue, 24 Nov 2020'", "skewed"],
    ["The MAC signature found in the HTTP request 'secret' is not the same as any computed signature.", "denied"],
  ])("tells by the detail why it was not let in: %s", (authenticationErrorDetail, kind) => {
    const failure = classifyError(answered(403, "AuthenticationFailed", { authenticationErrorDetail }), "container");
    expect(failure.kind).toBe(kind);
    expect(failure.reason).toBe("AuthenticationFailed: said");
  });

  it("takes what never got an answer for transient, and a mistake in a call for broken", () => {
    for (const code of ["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "EPIPE", "REQUEST_SEND_ERROR"]) {
      expect(kindOf(Object.assign(new Error("x"), { code }))).toBe("transient");
    }
    expect(kindOf(new Error("Data corruption failure: received less data than required"))).toBe("transient");
    expect(kindOf(new ChecksumError("x"))).toBe("transient");
    expect(kindOf(new BlocksDroppedError("x"))).toBe("refused");
    expect(kindOf(new TypeError("undefined is no function"))).toBe("broken");
    expect(kindOf(new AccountError("x"))).toBe("broken");
  });

  it("says in one line that there are no credentials, and what to do", () => {
    const message = "ChainedTokenCredential authentication failed.\nCredentialUnavailableError: …\nAnd so on";
    const error = Object.assign(new Error(message), { name: "AggregateAuthenticationError" });
    expect(classifyError(error, "container")).toMatchObject({
      kind: "denied",
      reason: "ChainedTokenCredential authentication failed.",
      fix: expect.stringContaining("az login"),
    });
  });

  it.each([
    [403, "AuthenticationFailed", "Check the account's key"],
    [403, "AuthorizationPermissionMismatch", "Storage Blob Data Contributor"],
    [401, "NoAuthenticationInformation", "az login"],
    [400, "InvalidResourceName", "Correct the container's name"],
    [404, "ContainerNotFound", "create the container"],
  ])("says what to do about %i %s", (status, code, fix) => {
    expect(classifyError(answered(status, code), "container").fix).toContain(fix);
  });

  it("says what the store said, the request, and how long to wait", () => {
    expect(classifyError(answered(503, "ServerBusy", { headers: { "retry-after": "2" } }), "container")).toEqual({
      kind: "throttled",
      reason: "ServerBusy: said",
      requestId: "R1",
      retryAfter: 2000,
      fix: undefined,
    });
    const date = new Date(Date.now() + 60_000).toUTCString();
    const later = classifyError(answered(503, undefined, { headers: { "retry-after": date } }), "c");
    expect(later.retryAfter).toBeGreaterThan(50_000);
    expect(classifyError(answered(404, "ContainerNotFound"), "mine").reason).toBe("there is no container 'mine'");
    expect(classifyError(answered(403, undefined, { message: "" }), "c").reason).toBe("the store answered 403");
  });
});
