import { errors } from "../errors/codes.js";
import type { DecodeLimits, GraphDocument, SerializerEntry } from "./format.js";
import { Damage, readDocument } from "./graph-document.js";
import { fillers, shells } from "./graph-values.js";
import { callSerializer, findSerializer, type SerializerSet } from "./serializer-set.js";

/** Stands where a claimed value is not decoded yet. */
const PENDING = Symbol("pending");

interface Reader {
  readonly name: string;
  readonly document: GraphDocument;
  readonly serializers: SerializerSet;
  readonly values: unknown[];
}

/**
 * Decodes a `graph`. First every object is made empty, so that cycles have something to refer to; then each is
 * filled in the order of the document, in which a claimed value comes after its data.
 *
 * @throws Damage, NewerFormat, LimitExceeded, MF_ARTIFACT_SERIALIZER_MISSING, MF_ARTIFACT_SERIALIZER_OUTDATED,
 *   MF_ARTIFACT_SERIALIZER_FAILED, MF_ARTIFACT_TYPE_UNAVAILABLE
 */
export function decodeGraph(
  name: string,
  bytes: Uint8Array,
  serializers: SerializerSet,
  limits: DecodeLimits,
): unknown {
  const { document, buffers } = readDocument(bytes, limits);
  for (const entry of document.serializers) checkSerializer(name, entry, serializers);
  const values = document.nodes.map((node) => makeShell(name, node, buffers));
  const reader: Reader = { name, document, serializers, values };
  for (let i = 0; i < values.length; i++) fill(reader, i);
  return resolve(reader.values, document.root);
}

function makeShell(name: string, node: unknown, buffers: readonly ArrayBuffer[]): unknown {
  if (!Array.isArray(node) || typeof node[0] !== "string") throw new Damage("a node has no type");
  if (node[0] === "Custom") return PENDING;
  const shell = shells.get(node[0]);
  if (shell !== undefined) return shell(node, buffers);
  if (node[0] === "Float16Array") throw errors.ARTIFACT_TYPE_UNAVAILABLE({ artifact: name, type: node[0] });
  throw new Damage(`there is no type ${JSON.stringify(node[0].slice(0, 40))}`);
}

function fill(reader: Reader, index: number): void {
  const node = reader.document.nodes[index] as readonly unknown[];
  const toValue = (slot: unknown): unknown => resolve(reader.values, slot);
  if (node[0] === "Custom") reader.values[index] = decodeClaimed(reader, node, toValue);
  else fillers.get(String(node[0]))?.(reader.values[index] as never, node, toValue);
}

function decodeClaimed(reader: Reader, node: readonly unknown[], toValue: (slot: unknown) => unknown): unknown {
  const entry = reader.document.serializers[Number(node[1])];
  const serializer = entry && findSerializer(reader.serializers, entry.name);
  if (node.length !== 3 || entry === undefined || serializer === undefined) {
    throw new Damage("a claimed value names no serializer");
  }
  const data = toValue(node[2]);
  return callSerializer(
    serializer,
    "decode",
    () => reader.name,
    () => serializer.decode(data, entry.version),
  );
}

function checkSerializer(artifact: string, entry: SerializerEntry, serializers: SerializerSet): void {
  const installed = findSerializer(serializers, entry.name);
  const about = { artifact, serializer: entry.name, package: entry.package };
  if (installed === undefined) throw errors.ARTIFACT_SERIALIZER_MISSING(about);
  if (entry.version > installed.version) {
    throw errors.ARTIFACT_SERIALIZER_OUTDATED({ ...about, found: entry.version, known: installed.version });
  }
}

function resolve(values: readonly unknown[], slot: unknown): unknown {
  if (typeof slot !== "object" || slot === null) return slot;
  if (!Array.isArray(slot) || slot.length === 0 || slot.length > 2) throw new Damage("a slot holds no value");
  const [tag, text] = slot as unknown[];
  if (slot.length === 2) return special(tag, text);
  if (tag === "undefined") return undefined;
  if (typeof tag !== "number" || !(tag in values)) throw new Damage("a slot refers to a node that is not there");
  const value = values[tag];
  if (value === PENDING) throw new Damage("a claimed value is used before its data");
  return value;
}

function special(tag: unknown, text: unknown): unknown {
  if (tag === "number") {
    if (text === "NaN") return Number.NaN;
    if (text === "-0") return -0;
    if (text === "Infinity" || text === "-Infinity") return Number(text);
  }
  if (tag === "bigint" && typeof text === "string" && /^-?0x[0-9a-f]+$/.test(text)) {
    return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  }
  throw new Damage("a slot holds no value");
}
