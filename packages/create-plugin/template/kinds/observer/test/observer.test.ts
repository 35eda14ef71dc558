import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { observerSuite } from "@metaflow-ts/core/testing";
import { acmeNameObserver } from "../src/observer.js";

observerSuite("acme-name", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "acme-name-"));
  return {
    observer: acmeNameObserver,
    options: {},
    around: { cwd, environment: {} },
    close: () => rm(cwd, { recursive: true }),
  };
});
