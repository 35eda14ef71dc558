import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalDatastore } from "../datastore/local-datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { dataSuite } from "../testing/data-suite.js";

dataSuite("local", {
  open() {
    const root = mkdtempSync(join(tmpdir(), "data-"));
    return { datastore: createLocalDatastore(root), close: () => rmSync(root, { recursive: true, force: true }) };
  },
});

dataSuite("memory", { open: () => ({ datastore: createMemoryDatastore() }) });
