import { describe, expect, it } from "vitest";
import { classifyError } from "./classify-error.js";

/** An error as the SDK makes it of an answer. */
function answered(status: number, name: string, headers: Readonly<Record<string, string>> = {}, message = "said") {
  const $response = { statusCode: status, headers };
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: "R1" }, $response });
}

const kindOf = (error: unknown) => classifyError(error, "bucket").kind;

describe("classifyError", () => {
  it.each([
    [404, "NoSuchKey", "absent"],
    [404, "NoSuchUpload", "absent"],
    [404, "NotFound", "absent-or-bucket"],
    [404, "NoSuchBucket", "broken"],
    [412, "PreconditionFailed", "refused"],
    [412, "412", "refused"],
    [409, "ConditionalRequestConflict", "transient"],
    [416, "InvalidRange", "range"],
    [403, "AccessDenied", "denied"],
    [403, "403", "denied"],
    [403, "InvalidAccessKeyId", "denied"],
    [403, "SignatureDoesNotMatch", "denied"],
    [401, "Unauthorized", "denied"],
    [400, "ExpiredToken", "expired"],
    [400, "UnknownError", "expired"],
    [400, "InvalidArgument", "broken"],
    [400, "InvalidToken", "denied"],
    [403, "InvalidObjectState", "broken"],
    [403, "RequestTimeTooSkewed", "skewed"],
    [503, "SlowDown", "throttled"],
    [503, "503", "throttled"],
    [429, "TooManyRequests", "throttled"],
    [500, "InternalError", "transient"],
    [502, "502", "transient"],
    [400, "RequestTimeout", "transient"],
    [400, "BadDigest", "transient"],
    [400, "InvalidPart", "transient"],
    [400, "MalformedXML", "transient"],
    [200, "SyntaxError", "transient"],
    [301, "PermanentRedirect", "broken"],
    [501, "NotImplemented", "broken"],
  ] as const)("takes %i %s for %s", (status, name, kind) => {
    expect(kindOf(answered(status, name))).toBe(kind);
  });

  it("takes what never got an answer for transient, and a mistake in a call for broken", () => {
    for (const code of ["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "EPIPE", "ETIMEDOUT"]) {
      expect(kindOf(Object.assign(new Error("x"), { code }))).toBe("transient");
    }
    expect(kindOf(Object.assign(new Error("x"), { name: "TimeoutError" }))).toBe("transient");
    expect(kindOf(new Error('Checksum mismatch: expected "a" but received "b" in response header "x".'))).toBe(
      "transient",
    );
    expect(kindOf(new TypeError("undefined is no function"))).toBe("broken");
    expect(kindOf(Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" }))).toBe("broken");
    expect(kindOf(Object.assign(new Error("x"), { name: "CredentialsProviderError" }))).toBe("denied");
  });

  it.each([
    [403, "SignatureDoesNotMatch", "said", "Check AWS_SECRET_ACCESS_KEY"],
    [403, "InvalidAccessKeyId", "said", "Check AWS_ACCESS_KEY_ID"],
    [400, "InvalidBucketName", "said", "Correct the bucket's name"],
    [301, "PermanentRedirect", "said", "Set AWS_REGION"],
    [
      501,
      "NotImplemented",
      "KMS not configured for a server side encrypted objects",
      "leave out the option `encryption`",
    ],
    [400, "KMS.NotFoundException", "said", "Check the key of the option `encryption`"],
    [403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on y", "kms:GenerateDataKey"],
    [404, "NoSuchBucket", "said", "create the bucket"],
  ])("says what to do about %i %s: %s", (status, name, message, fix) => {
    expect(classifyError(answered(status, name, {}, message), "bucket").fix).toContain(fix);
  });

  it("leaves it to others to say what to do where it knows nothing more", () => {
    for (const [status, name] of [
      [403, "AccessDenied"],
      [501, "NotImplemented"],
      [500, "InternalError"],
    ] as const) {
      expect(classifyError(answered(status, name), "bucket").fix).toBeUndefined();
    }
  });

  it("says what the store said, the request, and how long to wait", () => {
    expect(classifyError(answered(503, "SlowDown", { "retry-after": "2" }), "bucket")).toEqual({
      kind: "throttled",
      reason: "SlowDown: said",
      requestId: "R1",
      retryAfter: 2000,
      fix: undefined,
    });
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(classifyError(answered(503, "503", { "retry-after": date }), "b").retryAfter).toBeGreaterThan(50_000);
    expect(classifyError(answered(404, "NoSuchBucket"), "mine").reason).toBe("there is no bucket 'mine'");
    expect(classifyError(answered(403, "403", {}, "UnknownError"), "b").reason).toBe("the store answered 403");
  });
});
