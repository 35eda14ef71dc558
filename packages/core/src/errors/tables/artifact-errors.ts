/** Storing and loading artifacts. */
export const artifactErrors = {
  ARTIFACT_NOT_STORABLE: {
    message: (v: { path: string; what: string }) => `Artifact '${v.path}' cannot be stored: it is ${v.what}.`,
    fix: () =>
      "Keep data only: plain objects, arrays, Map, Set, Date, Buffer, … For another class install or register a serializer; keep connections and functions in local variables.",
  },
  ARTIFACT_TOO_LARGE: {
    message: (v: { artifact: string; what: string; limit: string }) =>
      `Artifact '${v.artifact}' is too large: ${v.what} (at most ${v.limit}).`,
    fix: () =>
      "Keep large numeric data in typed arrays or a Buffer, which have no such bound, or split the value into several artifacts.",
  },
  ARTIFACT_CORRUPT: {
    message: (v: { artifact: string; reason: string }) => `Artifact '${v.artifact}' is damaged: ${v.reason}.`,
    fix: () => "The stored bytes are not what was written. Run the step again, e.g. with `resume`.",
  },
  ARTIFACT_FORMAT_NEWER: {
    message: (v: { artifact: string; found: number; known: number }) =>
      `Artifact '${v.artifact}' has format version ${v.found}; this version of Metaflow reads up to ${v.known}.`,
    fix: () => "Update @metaflow-ts/core to the version that wrote the artifact, or a later one.",
  },
  ARTIFACT_TYPE_UNAVAILABLE: {
    message: (v: { artifact: string; type: string }) =>
      `Artifact '${v.artifact}' holds a ${v.type}, which this version of Node.js (${process.version}) does not have.`,
    fix: () => "Read it with a newer version of Node.js.",
  },
  ARTIFACT_SERIALIZER_MISSING: {
    message: (v: { artifact: string; serializer: string; package: string }) =>
      `Artifact '${v.artifact}' was stored by the serializer '${v.serializer}', which is not installed.`,
    fix: (v: { package: string }) => `Install it: npm install ${v.package}`,
  },
  ARTIFACT_SERIALIZER_OUTDATED: {
    message: (v: { artifact: string; serializer: string; package: string; found: number; known: number }) =>
      `Artifact '${v.artifact}' was stored by version ${v.found} of the serializer '${v.serializer}'; the installed one reads up to ${v.known}.`,
    fix: (v: { package: string }) => `Update it: npm install ${v.package}@latest`,
  },
  ARTIFACT_SERIALIZER_FAILED: {
    message: (v: { path: string; serializer: string; action: "claims" | "encode" | "decode"; reason: string }) =>
      `Serializer '${v.serializer}' failed on artifact '${v.path}' in ${v.action}(): ${v.reason}`,
    fix: () => "This is a fault of the serializer's package; its cause is attached.",
  },
  SERIALIZER_INVALID: {
    message: (v: { name: string; reason: string }) => `Serializer '${v.name}' is not valid: ${v.reason}.`,
    fix: () => "Correct the object that the plugin registers; serializerSuite of @metaflow-ts/core/testing checks it.",
  },
  SERIALIZER_DUPLICATE: {
    message: (v: { name: string; packages: readonly string[] }) =>
      `Two serializers have the name '${v.name}': ${v.packages.join(" and ")}.`,
    fix: () => "Remove one of the packages, or rename the serializer that is yours.",
  },
} as const;
