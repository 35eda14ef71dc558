import { backendSuite } from "@metaflow-ts/core/testing";
import { acmeNameBackend } from "../src/backend.js";

backendSuite("acme-name", () => ({ backend: acmeNameBackend, options: { niceness: 5 } }));
