import type { Storage, StorageOptions } from "@google-cloud/storage";
import type { GcsOptions } from "./options.js";

export interface Connection {
  readonly client: Storage;
  /** Headers that authorize a request; none for an endpoint of one's own, unless it is to get them. */
  authorize(url: string): Promise<Headers>;
}

export interface Connector {
  connect(): Promise<Connection>;
  /** Forgets the client, and with it the credentials that it got; one that was given stays. */
  reset(): void;
}

/** Requests for objects name no project; without one, each process would ask Google which it is. */
const NO_PROJECT = "none";

/** No credentials could be had. The cause says why. */
export class CredentialsError extends Error {}

/** Loads the SDK and makes the client when it is first needed, once: its credentials are fetched once. */
export function createConnector(options: GcsOptions): Connector {
  let connection: Promise<Connection> | undefined;
  const connect = async (): Promise<Connection> => {
    const client = options.client ?? (await createClient(options));
    return { client, authorize: (url) => authorize(client, url) };
  };
  return {
    connect: () => (connection ??= connect()),
    reset() {
      if (options.client === undefined) connection = undefined;
    },
  };
}

async function createClient(options: GcsOptions): Promise<Storage> {
  const sdk = await import("@google-cloud/storage");
  const { endpoint, authClient, useAuthWithCustomEndpoint } = options;
  const given: StorageOptions = {
    projectId: NO_PROJECT,
    ...(endpoint !== undefined && { apiEndpoint: endpoint }),
    ...(authClient !== undefined && { authClient }),
    ...(useAuthWithCustomEndpoint !== undefined && { useAuthWithCustomEndpoint }),
  };
  return new sdk.Storage(given);
}

async function authorize(client: Storage, url: string): Promise<Headers> {
  if (client.customEndpoint && client.useAuthWithCustomEndpoint !== true) return new Headers();
  try {
    return new Headers(await client.authClient.getRequestHeaders(url));
  } catch (cause) {
    throw new CredentialsError("no credentials", { cause });
  }
}
