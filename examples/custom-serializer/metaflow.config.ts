import { type ArtifactSerializer, defineConfig } from "@metaflow-ts/core/plugin";
import { Temperature } from "./temperature.ts";

const temperatures: ArtifactSerializer<Temperature> = {
  name: "temperature",
  version: 1,
  package: "@metaflow-ts/examples",
  claims: (value) => value instanceof Temperature,
  encode: (temperature) => temperature.kelvin,
  decode: (kelvin) => new Temperature(Number(kelvin)),
};

export default defineConfig({ serializers: [temperatures] });
