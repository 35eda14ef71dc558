import type { ArtifactSerializer } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { reservedTypeNames } from "./kinds.js";

declare const checked: unique symbol;

/** The serializers of one process, checked by {@link createSerializerSet}. */
export interface SerializerSet {
  readonly [checked]: true;
  /** In the order in which they are asked; the first that claims a value gets it. */
  readonly list: readonly ArtifactSerializer[];
  readonly byName: ReadonlyMap<string, ArtifactSerializer>;
}

/**
 * Puts serializers together. They are asked, in this order, about objects that core does not know; how core's own
 * types are stored never depends on what is installed.
 *
 * @throws MF_SERIALIZER_INVALID where a name, version or package is missing or a name is one of core's types.
 * @throws MF_SERIALIZER_DUPLICATE where two have the same name.
 */
export function createSerializerSet(serializers: readonly ArtifactSerializer[]): SerializerSet {
  const byName = new Map<string, ArtifactSerializer>();
  for (const serializer of serializers) {
    const reason = problemOf(serializer);
    if (reason !== undefined) throw errors.SERIALIZER_INVALID({ name: String(serializer.name), reason });
    const other = byName.get(serializer.name);
    if (other !== undefined) {
      throw errors.SERIALIZER_DUPLICATE({ name: serializer.name, packages: [other.package, serializer.package] });
    }
    byName.set(serializer.name, serializer);
  }
  return Object.freeze({ list: Object.freeze([...serializers]), byName }) as unknown as SerializerSet;
}

function problemOf(serializer: ArtifactSerializer): string | undefined {
  const { name, version, package: from } = serializer;
  if (typeof name !== "string" || name === "") return "its name must be a string that is not empty";
  if (reservedTypeNames.has(name)) return "that is the name of a type that core stores itself";
  if (!Number.isSafeInteger(version) || version < 1) return "its version must be a whole number from 1";
  if (typeof from !== "string" || from === "") return "it must name the npm package that provides it";
  for (const method of ["claims", "encode", "decode"] as const) {
    if (typeof serializer[method] !== "function") return `it has no method '${method}'`;
  }
  return undefined;
}

/**
 * The first serializer that claims an object.
 *
 * @throws MF_ARTIFACT_SERIALIZER_FAILED where one throws when it is asked.
 */
export function findClaim(set: SerializerSet, object: object, path: () => string): ArtifactSerializer | undefined {
  return set.list.find((each) => callSerializer(each, "claims", path, () => each.claims(object)));
}

/** Calls a serializer; what it throws is kept as the cause of a coded error that names it and the path. */
export function callSerializer<T>(
  { name }: ArtifactSerializer,
  action: "claims" | "encode" | "decode",
  path: () => string,
  call: () => T,
): T {
  try {
    return call();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.ARTIFACT_SERIALIZER_FAILED({ path: path(), serializer: name, action, reason }, { cause });
  }
}
