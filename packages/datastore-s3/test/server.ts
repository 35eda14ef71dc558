/** The S3 server that tests run against, and datastores on it of which each has a prefix of its own. */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Datastore } from "@metaflow-ts/core/plugin";
import type { CommandPlace } from "@metaflow-ts/core/testing";
import { type S3Options, s3 } from "../src/index.js";

/** What `serverSuite` needs. */
export const VARIABLES = [
  "METAFLOW_S3_ENDPOINT_URL",
  "METAFLOW_TEST_S3_BUCKET",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "METAFLOW_TEST_S3_READER_ACCESS_KEY_ID",
  "METAFLOW_TEST_S3_READER_SECRET_ACCESS_KEY",
] as const;

export type Server = Readonly<Record<(typeof VARIABLES)[number], string>>;

const endpoint = process.env.METAFLOW_S3_ENDPOINT_URL;
const answered = endpoint === undefined ? undefined : await fetch(endpoint).catch(() => undefined);
/** The tests run against MinIO or SeaweedFS: whichever the variables say. */
export const isSeaweedFs = /SeaweedFS/.test(answered?.headers.get("server") ?? "");

const FOLDERS = "SeaweedFS keeps each part of a key as a folder";
const ORDER = `${FOLDERS}: a/ comes before a-`;
/** What the server cannot do, by the rules' names. */
export const SKIPPED: Readonly<Record<string, string>> = isSeaweedFs
  ? {
      "a list is in the order of the keys' bytes": ORDER,
      "pages of groups give every group once": ORDER,
      "startAfter leaves out the keys up to it": ORDER,
      "a list sees every put and delete that came before it": `${FOLDERS}, also when its last key is gone`,
    }
  : {};

/** Waits that do not hold up tests. */
const QUICK = { tries: 12, base: 5, cap: 50, total: 20_000, idle: 1_000 };

export function makeRoot(server: Server): string {
  return `s3://${server.METAFLOW_TEST_S3_BUCKET}/test-${Date.now()}-${randomBytes(4).toString("hex")}`;
}

/** A datastore below `root`, as the owner of the bucket. */
export async function openS3(server: Server, root: string, options: S3Options = {}): Promise<Datastore> {
  const { METAFLOW_S3_ENDPOINT_URL: endpoint } = server;
  return await s3({ endpoint, retry: QUICK, partBytes: 5 * 1024 * 1024, ...options }).open(root, {});
}

/** The bucket as commands reach it. */
export function placeOf(server: Server): CommandPlace {
  return {
    datastore: "s3",
    packages: { "@metaflow-ts/datastore-s3": resolve(import.meta.dirname, "..") },
    open: (root) => openS3(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    environment: (endpoint) => ({ METAFLOW_S3_ENDPOINT_URL: endpoint }),
    readerEnvironment: (endpoint) => ({
      METAFLOW_S3_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: server.METAFLOW_TEST_S3_READER_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: server.METAFLOW_TEST_S3_READER_SECRET_ACCESS_KEY,
    }),
  };
}

/** Credentials of a user who may get and list, and nothing else. */
export function readerOf(server: Server): NonNullable<S3Options["credentials"]> {
  return {
    accessKeyId: server.METAFLOW_TEST_S3_READER_ACCESS_KEY_ID,
    secretAccessKey: server.METAFLOW_TEST_S3_READER_SECRET_ACCESS_KEY,
  };
}

/** An answer as S3 gives it to what failed. */
export const answer = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) => ({
  kind: "answer" as const,
  status,
  headers: { "content-type": "application/xml", date: new Date().toUTCString(), ...headers },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>made up</Message></Error>`,
});
