import { describe, expect, it } from "vitest";
import { classifyError } from "./classify-error.js";
import { CredentialsError } from "./client.js";
import { DamagedError, GcsError, type Subject } from "./requests.js";

function answered(status: number, reason?: string, message = "said", about: Subject = "object", headers = {}) {
  return new GcsError({ about, status, reason, message, headers: new Headers(headers) });
}

const kindOf = (error: unknown) => classifyError(error, "bucket").kind;
const withCode = (code: string) => Object.assign(new Error("x"), { code });

describe("classifyError", () => {
  it.each([
    [404, "notFound", "No such object: b/k", "object", "absent"],
    [404, "notFound", "Not Found", "object", "absent-or-bucket"],
    [404, "notFound", "The specified bucket does not exist.", "object", "broken"],
    [404, "notFound", "Not Found", "bucket", "broken"],
    [404, "notFound", "Not Found", "upload", "absent"],
    [410, "uploadBrokenConnection", "", "upload", "absent"],
    [412, "conditionNotMet", "At least one", "bucket", "refused"],
    [416, "InvalidRange", "", "object", "range"],
    [401, "authError", "Invalid Credentials", "object", "expired"],
    [403, "forbidden", "x does not have storage.objects.get access", "object", "denied"],
    [403, "rateLimitExceeded", "", "object", "throttled"],
    [403, "userRateLimitExceeded", "", "object", "throttled"],
    [429, "rateLimitExceeded", "", "object", "throttled"],
    [503, "backendError", "", "object", "throttled"],
    [500, "backendError", "", "object", "transient"],
    [502, undefined, "", "object", "transient"],
    [504, "gatewayTimeout", "", "object", "transient"],
    [408, undefined, "", "object", "transient"],
    [409, "conflict", "", "object", "transient"],
    [400, "invalid", 'Provided CRC32C "a" doesn\'t match calculated CRC32C "b".', "bucket", "transient"],
    [400, "required", "Bucket is requester pays", "object", "broken"],
    [501, "notImplemented", "", "object", "broken"],
    [301, undefined, "", "object", "broken"],
  ] as const)("takes %i %s %j of %s for %s", (status, reason, message, about, kind) => {
    expect(kindOf(answered(status, reason, message, about))).toBe(kind);
  });

  it("takes what never got an answer, or a damaged one, for transient, and a mistake in a call for broken", () => {
    for (const code of ["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "EPIPE", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT"]) {
      expect(kindOf(new TypeError("fetch failed", { cause: withCode(code) }))).toBe("transient");
    }
    expect(kindOf(new DamagedError("the answer was no JSON"))).toBe("transient");
    expect(kindOf(new TypeError("Failed to parse URL", { cause: withCode("ERR_INVALID_URL") }))).toBe("broken");
    expect(kindOf(new TypeError("undefined is no function"))).toBe("broken");
  });

  it("tells credentials that cannot be had from those that cannot be had now", () => {
    const without = (cause: unknown) => classifyError(new CredentialsError("no credentials", { cause }), "b");
    expect(without(new Error("Could not load the default credentials."))).toMatchObject({
      kind: "denied",
      reason: "Could not load the default credentials.",
      fix: expect.stringContaining("GOOGLE_APPLICATION_CREDENTIALS"),
    });
    const skewed = new Error("invalid_grant: Token must be in a reasonable timeframe. Check your iat and exp values");
    expect(without(skewed).fix).toBe("Set this machine's clock.");
    expect(without(withCode("ENOENT")).kind).toBe("denied");
    expect(without(withCode("ETIMEDOUT")).kind).toBe("transient");
    expect(without(Object.assign(new Error("x"), { status: 503 })).kind).toBe("transient");
    expect(without(Object.assign(new Error("invalid_grant"), { status: 400, code: "400" })).kind).toBe("denied");
  });

  it.each([
    [400, "required", "Bucket is a requester pays bucket but no user project provided.", "userProject"],
    [403, "forbidden", "Permission denied on Cloud KMS key. Please ensure that …", "kmsKeyName"],
    [400, "invalid", "Invalid bucket name: 'Bad_'", "Correct the bucket's name"],
    [404, "notFound", "The specified bucket does not exist.", "create the bucket"],
    [401, "authError", "Invalid Credentials", "Sign in"],
  ])("says what to do about %i %s: %s", (status, reason, message, fix) => {
    expect(classifyError(answered(status, reason, message), "bucket").fix).toContain(fix);
  });

  it("says what the store said, the request, and how long to wait", () => {
    const headers = { "retry-after": "2", "x-guploader-uploadid": "R1" };
    expect(classifyError(answered(429, "rateLimitExceeded", "said", "object", headers), "bucket")).toEqual({
      kind: "throttled",
      reason: "the store answered 429 rateLimitExceeded: said",
      requestId: "R1",
      retryAfter: 2000,
      fix: undefined,
    });
    const date = { "retry-after": new Date(Date.now() + 60_000).toUTCString() };
    expect(classifyError(answered(503, undefined, "", "object", date), "b").retryAfter).toBeGreaterThan(50_000);
    expect(classifyError(answered(404, "notFound", "Not Found", "bucket"), "mine").reason).toBe(
      "there is no bucket 'mine'",
    );
    expect(classifyError(answered(403, "forbidden", "", "upload", headers), "b").requestId).toBeUndefined();
  });
});
