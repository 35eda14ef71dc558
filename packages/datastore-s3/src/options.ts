import type { S3Client, S3ClientConfig, StorageClass } from "@aws-sdk/client-s3";
import type { DatastoreSettings, TransferOptions } from "@metaflow-ts/core/plugin";

/** How to reach S3 and how objects are kept. Everything may be left out: then AWS's own variables and files decide. */
export interface S3Options extends TransferOptions {
  /** A configured client; then the options about the connection do not count. */
  readonly client?: S3Client | undefined;
  /** URL of a store that speaks S3's protocol. Default: `METAFLOW_S3_ENDPOINT_URL`, else AWS's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Of `~/.aws/config`, for credentials and region. */
  readonly profile?: string | undefined;
  /** Default: the chain of AWS's SDK (environment, profile, single sign-on, container, instance). */
  readonly credentials?: S3ClientConfig["credentials"];
  /** The bucket in the URL's path rather than in its host. Default: with an endpoint of one's own. */
  readonly forcePathStyle?: boolean | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Added to the SDK's user agent. */
  readonly userAgent?: string | undefined;
  /** The SDK's HTTP handler or its options: agents, proxy, timeouts. */
  readonly requestHandler?: S3ClientConfig["requestHandler"];
  /** How objects are encrypted. Default: `METAFLOW_S3_SERVER_SIDE_ENCRYPTION`, else the bucket's own setting. */
  readonly encryption?: S3Encryption | undefined;
  /** Of new objects, e.g. `"STANDARD_IA"` or `"INTELLIGENT_TIERING"`. */
  readonly storageClass?: StorageClass | undefined;
  /** Pay for requests to a bucket of somebody else's that asks for it. */
  readonly requesterPays?: boolean | undefined;
}

export type S3Encryption =
  | { readonly type: "AES256" }
  | { readonly type: "aws:kms" | "aws:kms:dsse"; readonly keyId?: string | undefined };

/** The options, completed by Metaflow's variables. */
export function withSettings(options: S3Options, settings: DatastoreSettings): S3Options {
  const endpoint = options.endpoint ?? settings.METAFLOW_S3_ENDPOINT_URL;
  const encryption = options.encryption ?? encryptionOf(settings.METAFLOW_S3_SERVER_SIDE_ENCRYPTION || undefined);
  return { ...options, endpoint, encryption };
}

function encryptionOf(type: string | undefined): S3Encryption | undefined {
  // What it does not know the store refuses: left out, nobody would notice.
  return type === undefined ? undefined : { type: type as S3Encryption["type"] };
}
