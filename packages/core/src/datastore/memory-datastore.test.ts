import { datastoreSuite } from "../testing/datastore-suite.js";
import { createMemoryDatastore } from "./memory-datastore.js";

datastoreSuite("memory", { open: () => ({ datastore: createMemoryDatastore() }) });
