import { types } from "node:util";
import type { ArtifactSerializer, InstalledSerializer, SerializerSource } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { reservedTypeNames } from "./kinds.js";

declare const checked: unique symbol;

/** The serializers of one process, checked by {@link createSerializerSet}. */
export interface SerializerSet {
  readonly [checked]: true;
  /** In the order in which they are asked; the first that claims a value gets it. */
  readonly list: readonly SerializerSource[];
  readonly byName: ReadonlyMap<string, SerializerSource>;
}

/**
 * Puts serializers together. They are asked, in this order, about objects that core does not know; how core's own
 * types are stored never depends on what is installed.
 *
 * @throws MF_SERIALIZER_INVALID where a name, version or package is missing or a name is one of core's types.
 * @throws MF_SERIALIZER_DUPLICATE where two have the same name.
 */
export function createSerializerSet(serializers: readonly SerializerSource[]): SerializerSet {
  const byName = new Map<string, SerializerSource>();
  for (const serializer of serializers) {
    if (!isInstalled(serializer)) check(serializer);
    const other = byName.get(serializer.name);
    if (other !== undefined) {
      throw errors.SERIALIZER_DUPLICATE({ name: serializer.name, packages: [other.package, serializer.package] });
    }
    byName.set(serializer.name, serializer);
  }
  return Object.freeze({ list: Object.freeze([...serializers]), byName }) as unknown as SerializerSet;
}

/** The serializer of a name, imported now where it comes from an installed package. */
export function findSerializer({ byName }: SerializerSet, name: string): ArtifactSerializer | undefined {
  const found = byName.get(name);
  return found && ready(found);
}

function ready(source: SerializerSource): ArtifactSerializer {
  return isInstalled(source) ? check(source.load()) : source;
}

function isInstalled(source: SerializerSource): source is InstalledSerializer {
  return "load" in source;
}

function check(serializer: ArtifactSerializer): ArtifactSerializer {
  const reason = problemOf(serializer);
  if (reason === undefined) return serializer;
  throw errors.SERIALIZER_INVALID({ name: String(serializer.name), reason });
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
 * The first serializer that claims an object. One whose package cannot be imported is passed by while another claims
 * it: a broken package is no obstacle to the others.
 *
 * @throws MF_ARTIFACT_SERIALIZER_FAILED where one throws when it is asked; why a package could not be imported.
 */
export function findClaim(set: SerializerSet, object: object, path: () => string): ArtifactSerializer | undefined {
  const failures: unknown[] = [];
  for (const source of set.list) {
    let serializer: ArtifactSerializer;
    try {
      serializer = ready(source);
    } catch (error) {
      failures.push(error);
      continue;
    }
    if (callSerializer(serializer, "claims", path, () => serializer.claims(object))) return serializer;
  }
  // Errors can be stored without a serializer too.
  if (failures.length > 0 && !types.isNativeError(object)) throw failures[0];
  return undefined;
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
