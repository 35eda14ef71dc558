import type { Storage, StorageOptions } from "@google-cloud/storage";
import type { DatastoreSettings, TransferOptions } from "@metaflow-ts/core/plugin";

type SdkOptions = Pick<StorageOptions, "authClient" | "useAuthWithCustomEndpoint">;

/** How to reach Cloud Storage and how objects are kept. Everything may be left out: then Google's own variables and files decide. */
export interface GcsOptions extends TransferOptions, SdkOptions {
  /** A configured client: its credentials and endpoint count, and the options about them do not. */
  readonly client?: Storage | undefined;
  /** URL of a store that speaks Cloud Storage's JSON API. Default: `METAFLOW_GS_ENDPOINT_URL`, else Google's. */
  readonly endpoint?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Comes before this package's name in the user agent. */
  readonly userAgent?: string | undefined;
  /** Makes the requests, e.g. through a proxy. Default: Node's own. */
  readonly fetch?: typeof fetch | undefined;
  /** Name of the Cloud KMS key that new objects are encrypted with. Default: the bucket's own. */
  readonly kmsKeyName?: string | undefined;
  /** Of new objects, e.g. `"NEARLINE"`. Default: the bucket's own. */
  readonly storageClass?: string | undefined;
  /** The project that pays for requests to a bucket of somebody else's that asks for it. */
  readonly userProject?: string | undefined;
}

/** The options, completed by Metaflow's variables. */
export function withSettings(options: GcsOptions, settings: DatastoreSettings): GcsOptions {
  return { ...options, endpoint: options.endpoint ?? settings.METAFLOW_GS_ENDPOINT_URL };
}
