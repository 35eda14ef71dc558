import { property } from "../artifacts/value-path.js";
import type { EncodedArtifact } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import type { SecretMask } from "../secrets/secret-mask.js";

/** Bytes that are looked at in one go. */
const WINDOW = 8 * 1024 * 1024;

/**
 * Looks for secrets in what is about to be stored.
 *
 * @param value what was encoded, to tell the place in it
 * @throws SECRET_IN_ARTIFACT
 */
export function refuseSecrets(name: string, encoded: EncodedArtifact, value: unknown, secrets: SecretMask): void {
  if (secrets.reach === 0) return;
  const inName = secrets.find(name);
  const names = inName.length > 0 ? inName : findIn(encoded.chunks, secrets);
  if (names.length === 0) return;
  const path = secrets.text(pathTo(name, value, secrets));
  throw errors.SECRET_IN_ARTIFACT({ path, names }, { where: { artifact: secrets.text(name) } });
}

/** In each chunk: the text of an artifact is one, and each buffer another. */
function findIn(chunks: EncodedArtifact["chunks"], secrets: SecretMask): readonly string[] {
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; from += WINDOW) {
      // What begins in one window ends in it: characters have at most three bytes for each unit.
      const bytes = chunk.subarray(from, from + WINDOW + 3 * secrets.reach);
      const names = secrets.find(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
      if (names.length > 0) return names;
    }
  }
  return [];
}

/** The expression that leads to the first text with a secret, as far as plain objects, arrays and maps are concerned. */
function pathTo(name: string, value: unknown, secrets: SecretMask): string {
  const seen = new Set<unknown>();
  const visit = (inner: unknown, path: string): string | undefined => {
    if (typeof inner === "string") return secrets.find(inner).length > 0 ? path : undefined;
    if (typeof inner !== "object" || inner === null || seen.has(inner) || ArrayBuffer.isView(inner)) return undefined;
    seen.add(inner);
    for (const [at, member] of membersOf(inner)) {
      const found = visit(member, path + at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(value, name) ?? name;
}

function* membersOf(value: object): Iterable<readonly [string, unknown]> {
  if (value instanceof Map) {
    for (const [key, member] of value) yield [`.get(${JSON.stringify(key)})`, member];
    return;
  }
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    if (typeof key !== "string" || descriptor === undefined || !("value" in descriptor)) continue;
    yield [Array.isArray(value) ? `[${key}]` : property(key), descriptor.value];
  }
}
