import type { BlobServiceClient, StoragePipelineOptions } from "@azure/storage-blob";
import type { DatastoreSettings, TransferOptions } from "@metaflow-ts/core/plugin";

/** How to reach Azure Blob Storage and how blobs are kept. An account has to be named; the rest may be left out. */
export interface AzureOptions extends TransferOptions {
  /** A configured client; then the options about the connection do not count. */
  readonly client?: BlobServiceClient | undefined;
  /**
   * URL of the account's blob service, e.g. `https://account.blob.core.windows.net`; it may end with a shared access
   * signature. Default: `METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT`.
   */
  readonly endpoint?: string | undefined;
  /** Of `@azure/identity`, or an account's key. Default: with a signature none, else the chain of Azure's SDK. */
  readonly credential?: BlobServiceClient["credential"] | undefined;
  /** Instead of endpoint and credential. */
  readonly connectionString?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Put before the SDK's user agent. */
  readonly userAgent?: string | undefined;
  /** Default: what `HTTPS_PROXY` and the like say. */
  readonly proxy?: StoragePipelineOptions["proxyOptions"];
  /** What sends requests instead of the SDK's own. */
  readonly httpClient?: StoragePipelineOptions["httpClient"];
  /** The scope of the account by which new blobs are encrypted. Default: the container's own setting. */
  readonly encryptionScope?: string | undefined;
  /** Of new blobs. Default: the account's own setting. */
  readonly accessTier?: "Hot" | "Cool" | "Cold" | undefined;
}

/** The options, completed by Metaflow's variables. */
export function withSettings(options: AzureOptions, settings: DatastoreSettings): AzureOptions {
  const endpoint = options.endpoint ?? settings.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT;
  return { ...options, endpoint };
}
