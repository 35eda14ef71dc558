import type { BlobServiceClient, ContainerClient, RequestPolicyFactory } from "@azure/storage-blob";
import type { AzureOptions } from "./options.js";

type Sdk = typeof import("@azure/storage-blob");

export interface Connector {
  /** The SDK's client, whose module is loaded with the first call. */
  connect(): Promise<ContainerClient>;
  /** Forgets the client, and with it the credentials that it got; one that was given stays. */
  reset(): void;
}

/** Thrown where it is not said which account is meant. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}

/** Makes the client when it is first needed, once: its credentials are fetched once. */
export function createConnector(container: string, options: AzureOptions): Connector {
  let connection: Promise<ContainerClient> | undefined;
  const connect = async (): Promise<ContainerClient> => {
    const client = options.client ?? (await createClient(options));
    return client.getContainerClient(container);
  };
  return {
    connect: () => (connection ??= connect()),
    reset() {
      if (options.client === undefined) connection = undefined;
    },
  };
}

async function createClient(options: AzureOptions): Promise<BlobServiceClient> {
  const sdk = await import("@azure/storage-blob");
  const { url, credential } = await accountOf(sdk, options);
  const { headers, userAgent, proxy, httpClient } = options;
  const pipeline = sdk.newPipeline(credential, {
    // A retry that the caller does not know of could hide that a conditional write succeeded.
    retryOptions: { maxTries: 1 },
    ...(userAgent !== undefined && { userAgentOptions: { userAgentPrefix: userAgent } }),
    ...(proxy !== undefined && { proxyOptions: proxy }),
    ...(httpClient !== undefined && { httpClient }),
  });
  if (headers !== undefined) pipeline.factories.push(addingHeaders(headers));
  return new sdk.BlobServiceClient(url, pipeline);
}

/** Where the account is, and by what right it is used. */
type Account = Pick<BlobServiceClient, "url" | "credential">;

async function accountOf(sdk: Sdk, options: AzureOptions): Promise<Account> {
  const { connectionString, endpoint: url, credential } = options;
  if (connectionString !== undefined) return sdk.BlobServiceClient.fromConnectionString(connectionString);
  if (url === undefined) throw new AccountError("nothing says which storage account is meant");
  if (!URL.canParse(url)) throw new AccountError("what is to be the URL of the storage account is none");
  if (credential !== undefined) return { url, credential };
  if (new URL(url).searchParams.has("sig")) return { url, credential: new sdk.AnonymousCredential() };
  const { DefaultAzureCredential } = await import("@azure/identity");
  return { url, credential: new DefaultAzureCredential() };
}

function addingHeaders(headers: Readonly<Record<string, string>>): RequestPolicyFactory {
  return {
    create: (next) => ({
      sendRequest(request) {
        for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
        return next.sendRequest(request);
      },
    }),
  };
}
