import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { S3Options } from "./options.js";

type Sdk = typeof import("@aws-sdk/client-s3");

/** The SDK's client and its module, which is loaded with the first call. */
export interface Connection {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

export interface Connector {
  connect(): Promise<Connection>;
  /** Forgets the client, and with it the credentials that it got; one that was given stays. */
  reset(): void;
}

/** Sockets beyond this say nothing more to one host. */
const MAX_SOCKETS = 256;
const CONNECT_MS = 10_000;

/** Makes the client when it is first needed, once: its credentials are fetched once. */
export function createConnector(options: S3Options): Connector {
  let connection: Promise<Connection> | undefined;
  const connect = async (): Promise<Connection> => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: options.client ?? createClient(sdk, options) };
  };
  return {
    connect: () => (connection ??= connect()),
    reset() {
      if (options.client === undefined) connection = undefined;
    },
  };
}

function createClient(sdk: Sdk, options: S3Options): S3Client {
  const { endpoint, region, profile, credentials, headers, userAgent, requestHandler } = options;
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const config: S3ClientConfig = {
    // A retry that the caller does not know of could hide that a conditional write succeeded.
    maxAttempts: 1,
    forcePathStyle: options.forcePathStyle ?? endpoint !== undefined,
    requestHandler: requestHandler ?? { connectionTimeout: CONNECT_MS, httpAgent: agent, httpsAgent: agent },
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    ...(userAgent !== undefined && { customUserAgent: userAgent }),
  };
  const client = new sdk.S3Client(config);
  if (headers !== undefined) addHeaders(client, headers);
  return client;
}

function addHeaders(client: S3Client, headers: Readonly<Record<string, string>>): void {
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, headers);
      return next(args);
    },
    { step: "build", name: "metaflowHeaders" },
  );
}
