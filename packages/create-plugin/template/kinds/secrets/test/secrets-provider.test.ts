import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretsProviderSuite } from "@metaflow-ts/core/testing";
import { acmeNameSecrets } from "../src/secrets-provider.js";

secretsProviderSuite("acme-name", {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
    const values = { DB_USER: "ada", DB_PASSWORD: "c0rrect-h0rse" };
    await writeFile(join(folder, "db.json"), JSON.stringify(values));
    await writeFile(join(folder, "damaged.json"), "{");
    const options = { folder };
    return {
      provider: acmeNameSecrets,
      present: { id: "db", options, values },
      absent: { id: "none", options },
      broken: { id: "damaged", options },
      invalidOptions: { folder: 7 },
      close: () => rm(folder, { recursive: true }),
    };
  },
});
