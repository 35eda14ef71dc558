import { serializerSuite } from "@metaflow-ts/core/testing";
import { AcmeNameValue, acmeNameSerializer } from "../src/serializer.js";

serializerSuite({
  serializer: acmeNameSerializer,
  samples: [new AcmeNameValue(20.5, "°C"), new AcmeNameValue(-0, "")],
  foreign: [{ amount: 1, unit: "m" }],
});
