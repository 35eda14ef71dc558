/** Runs that are copied from each kind of store to each other one. */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Datastore, DatastoreProvider } from "@metaflow-ts/core/plugin";
import { type CommandPlace, copySuite, serverSuite } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { placeOf, VARIABLES } from "./server.js";

const OTHERS = ["METAFLOW_S3_ENDPOINT_URL", "METAFLOW_TEST_S3_BUCKET", "METAFLOW_TEST_GCS_ENDPOINT"] as const;

/** A place of a package of which nothing is known but its folder. */
function otherPlace(
  name: string,
  folder: string,
  bucket: string,
  variables: Readonly<Record<string, string>>,
): CommandPlace {
  const home = resolve(import.meta.dirname, "../..", folder);
  const open = async (root: string): Promise<Datastore> => {
    const { plugin } = (await import(resolve(home, "dist/index.js"))) as {
      plugin: { datastores: DatastoreProvider[] };
    };
    const [provider] = plugin.datastores;
    if (provider === undefined) throw new Error(`${folder} has no datastore`);
    return await provider.open(root, variables);
  };
  return {
    datastore: name,
    packages: { [`@metaflow-ts/${folder}`]: home },
    makeRoot: () => `${name}://${bucket}/test-${randomBytes(8).toString("hex")}`,
    open,
    endpoint: null,
    environment: () => variables,
  };
}

serverSuite("stores", [...VARIABLES, ...OTHERS], (server) => {
  const bucket = `metaflow-test-${randomBytes(8).toString("hex")}`;
  const { METAFLOW_S3_ENDPOINT_URL, METAFLOW_TEST_S3_BUCKET, METAFLOW_TEST_GCS_ENDPOINT } = server;
  const buckets = `${METAFLOW_TEST_GCS_ENDPOINT}/storage/v1/b`;
  beforeAll(async () => {
    await fetch(`${buckets}?project=test`, { method: "POST", body: JSON.stringify({ name: bucket }) });
  });
  // The emulator looks at all objects for each call.
  afterAll(async () => {
    const { items } = (await (await fetch(`${buckets}/${bucket}/o`)).json()) as { items: { name: string }[] };
    for (const { name } of items) {
      await fetch(`${buckets}/${bucket}/o/${encodeURIComponent(name)}`, { method: "DELETE" });
    }
    await fetch(`${buckets}/${bucket}`, { method: "DELETE" });
  });
  const places: readonly CommandPlace[] = [
    placeOf(server),
    otherPlace("s3", "datastore-s3", METAFLOW_TEST_S3_BUCKET, { METAFLOW_S3_ENDPOINT_URL }),
    otherPlace("gs", "datastore-gcs", bucket, { METAFLOW_GS_ENDPOINT_URL: METAFLOW_TEST_GCS_ENDPOINT }),
  ];
  for (const from of places) {
    for (const to of places) if (from !== to) copySuite(from, to, { brief: true });
  }
});
