/** Every task of generated flows in a place of its own: the artifacts are those of the local run, byte for byte. */
import { createLocalDatastore } from "../../src/datastore/local-datastore.js";
import { detachedSuite } from "../../src/testing/detached-suite.js";
import { makeTempDir } from "../support/cli.js";

detachedSuite("local", {
  datastore: "local",
  packages: {},
  makeRoot: makeTempDir,
  open: createLocalDatastore,
  endpoint: null,
  placeEnvironment: () => ({}),
});
