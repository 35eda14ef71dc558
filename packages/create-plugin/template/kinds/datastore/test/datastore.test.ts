import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataSuite, datastoreSuite } from "@metaflow-ts/core/testing";
import { acmeNameDatastore } from "../src/datastore.js";

const factory = {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
    const datastore = await acmeNameDatastore.open(`acme-name://${join(folder, "runs.db")}`, {});
    return { datastore, close: () => rm(folder, { recursive: true }) };
  },
  /** There is no such folder. */
  makeBroken: async () => ({ datastore: await acmeNameDatastore.open("acme-name:///no/such/folder/runs.db", {}) }),
};

datastoreSuite("acme-name", factory);
dataSuite("acme-name", factory);
