import { types } from "node:util";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import { type OpenNode, openError, openNode, refuse } from "./graph-nodes.js";
import { coreTypeOf } from "./kinds.js";
import { callSerializer, findClaim, type SerializerSet } from "./serializer-set.js";

/** An object taken apart; `serializer` is the one that claimed it. */
export interface OpenedValue extends OpenNode {
  readonly serializer?: ArtifactSerializer;
}

/**
 * Takes an object apart one level deep: core's own types first, then what a serializer claims, then errors of the
 * user's own classes, which a serializer may know better.
 *
 * @param path where the object is; asked only for an error.
 * @throws Unstorable, MF_ARTIFACT_SERIALIZER_FAILED
 */
export function openValue(object: object, serializers: SerializerSet, path: () => string): OpenedValue {
  const type = coreTypeOf(object);
  if (type !== undefined) return openNode(object, type);
  if (types.isProxy(object)) return refuse(object);
  const serializer = findClaim(serializers, object, path);
  if (serializer !== undefined) {
    const data = callSerializer(serializer, "encode", path, () => serializer.encode(object));
    return { node: ["Custom", serializer.name, data], next: 2, step: 1, serializer };
  }
  return types.isNativeError(object) ? openError(object) : refuse(object);
}
