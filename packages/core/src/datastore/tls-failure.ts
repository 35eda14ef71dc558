import type { ObjectFailure } from "../contracts/object-client.js";

/** Node's and OpenSSL's words for certificates that are not trusted. */
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY|GET_CRL|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_CERT_)/;
/** OpenSSL's, for an answer that is none of TLS. */
const NO_TLS = /wrong version number|packet length too long|http request/i;
const DEPTH = 5;

/** Why no secure connection could be made, where that is why a call failed: the next try would fail alike. */
export function tlsFailure(error: unknown): ObjectFailure | undefined {
  let cause = error;
  for (let depth = 0; depth < DEPTH && cause instanceof Error; depth++, cause = cause.cause) {
    // Of other libraries' errors it may be a number.
    const code = String((cause as NodeJS.ErrnoException).code ?? "");
    const { message } = cause;
    if (UNTRUSTED.test(code)) {
      return {
        kind: "broken",
        reason: `its certificate is not trusted: ${oneLine(message)}`,
        fix: "Check the endpoint's host. Where its certificates come from an authority of your own, set NODE_EXTRA_CA_CERTS to a file with that one's.",
      };
    }
    if ((code === "EPROTO" || code.startsWith("ERR_SSL_")) && NO_TLS.test(message)) {
      return {
        kind: "broken",
        reason: "what answers there does not speak TLS",
        fix: "Check the endpoint: for a server without TLS it begins with http://, and has the right port.",
      };
    }
  }
  return undefined;
}

function oneLine(message: string): string {
  return message.trim().replace(/\s+/g, " ");
}
