import { Buffer } from "node:buffer";
import type { JsonValue } from "../util/json.js";
import { scalarSlot, Unstorable } from "./graph-nodes.js";
import { isMemory } from "./kinds.js";
import { type OpenedValue, openValue } from "./open-value.js";
import type { SerializerSet } from "./serializer-set.js";
import { bytesOf } from "./views.js";

export interface TaggedJsonOptions {
  /** Bytes of one buffer that are shown; what is longer is cut and marked. All by default. */
  readonly maxBytes?: number | undefined;
}

/** Deeper than this no JSON parser need follow. */
const MAX_DEPTH = 200;

type Shown = { [key: string]: JsonValue };

interface Tagger {
  readonly serializers: SerializerSet;
  readonly maxBytes: number;
  /** What was opened, or why it cannot be; opened once, so that a serializer's data keeps its identity. */
  readonly opened: Map<object, OpenedValue | Unstorable>;
  /** Objects in more than one place, with their number once they were shown. */
  readonly shared: Map<object, number | undefined>;
  ids: number;
}

/**
 * A value as JSON that people and tools can read, in the form that `dump --json` documents: plain data as it is,
 * everything else as an object with `$type`. Never throws for a value that cannot be stored; it says so instead.
 *
 * @throws MF_ARTIFACT_SERIALIZER_FAILED
 */
export function toTaggedJson(value: unknown, serializers: SerializerSet, options: TaggedJsonOptions = {}): JsonValue {
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  const tagger: Tagger = { serializers, maxBytes, opened: new Map(), shared: new Map(), ids: 0 };
  findShared(tagger, value);
  return show(tagger, value, 0);
}

function findShared(tagger: Tagger, root: unknown): void {
  const todo = [root];
  while (todo.length > 0) {
    const value = todo.pop();
    if (typeof value !== "object" || value === null) continue;
    if (tagger.opened.has(value)) {
      tagger.shared.set(value, undefined);
      continue;
    }
    const opened = tryOpen(tagger, value);
    tagger.opened.set(value, opened);
    if (opened instanceof Unstorable) continue;
    for (let i = opened.next; i < opened.node.length; i += opened.step) todo.push(opened.node[i]);
  }
}

function tryOpen(tagger: Tagger, object: object): OpenedValue | Unstorable {
  try {
    return openValue(object, tagger.serializers, () => "value");
  } catch (error) {
    if (error instanceof Unstorable) return error;
    throw error;
  }
}

function show(tagger: Tagger, value: unknown, depth: number): JsonValue {
  if (typeof value !== "object" || value === null) return showScalar(value);
  const known = tagger.shared.get(value);
  if (known !== undefined) return { $ref: known };
  const opened = tagger.opened.get(value);
  if (opened === undefined || opened instanceof Unstorable) return showUnstorable(opened?.what ?? "unknown");
  if (depth >= MAX_DEPTH) return { $type: String(opened.node[0]), truncated: true };
  if (!tagger.shared.has(value)) return showNode(tagger, value, opened.node, depth, undefined);
  tagger.ids += 1;
  tagger.shared.set(value, tagger.ids);
  return showNode(tagger, value, opened.node, depth, tagger.ids);
}

function showScalar(value: unknown): JsonValue {
  if (typeof value === "bigint") return { $type: "bigint", value: String(value) };
  if (typeof value === "function" || typeof value === "symbol") return showUnstorable(`a ${typeof value}`);
  const slot = scalarSlot(value) as JsonValue;
  if (!Array.isArray(slot)) return slot;
  return slot.length === 1 ? { $type: "undefined" } : { $type: "number", value: slot[1] as string };
}

function showUnstorable(what: string): JsonValue {
  return { $type: "Unstorable", what };
}

function showNode(tagger: Tagger, value: object, node: unknown[], depth: number, id: number | undefined): JsonValue {
  const mark: Shown = id === undefined ? {} : { $id: id };
  const inner = (item: unknown): JsonValue => show(tagger, item, depth + 1);
  const tag = String(node[0]);
  if (isMemory(value)) return { ...mark, ...showBytes(tag, bytesOf(value), tagger.maxBytes) };
  switch (tag) {
    case "Object":
      return showObject(pairs(node, 1, inner), mark);
    case "NullObject":
      return { ...mark, $type: "Object", prototype: null, entries: pairs(node, 1, inner) };
    case "Array": {
      const items = node.slice(1).map(inner);
      return id === undefined ? items : { ...mark, $type: "Array", items };
    }
    case "SparseArray":
      return { ...mark, $type: "Array", length: node[1] as number, entries: pairs(node, 2, inner) };
    case "Map":
      return { ...mark, $type: "Map", entries: pairs(node, 1, inner) };
    case "Set":
      return { ...mark, $type: "Set", values: node.slice(1).map(inner) };
    case "Error":
      return { ...mark, $type: String(node[1]), properties: pairs(node, 3, inner) };
    case "Custom":
      return { ...mark, $type: "Custom", serializer: String(node[1]), value: inner(node[2]) };
    default:
      return { ...mark, ...showLeaf(value, tag) };
  }
}

/** A plain object as it is, unless one of its keys would be mistaken for a mark. */
function showObject(entries: JsonValue[][], mark: Shown): JsonValue {
  const mistakable = entries.some(([key]) => String(key).startsWith("$") || key === "__proto__");
  return mistakable ? { ...mark, $type: "Object", entries } : { ...mark, ...Object.fromEntries(entries) };
}

function pairs(node: readonly unknown[], start: number, inner: (item: unknown) => JsonValue): JsonValue[][] {
  const found: JsonValue[][] = [];
  for (let i = start; i < node.length; i += 2) found.push([inner(node[i]), inner(node[i + 1])]);
  return found;
}

function showLeaf(value: object, tag: string): Shown {
  if (value instanceof RegExp) {
    return { $type: "RegExp", source: value.source, flags: value.flags, lastIndex: value.lastIndex };
  }
  if (tag === "Date") return { $type: "Date", value: (value as Date).toJSON() };
  return { $type: tag, value: String(value) };
}

function showBytes(tag: string, bytes: Uint8Array, maxBytes: number): Shown {
  const base64 = Buffer.from(bytes.subarray(0, maxBytes)).toString("base64");
  const cut: Shown = bytes.byteLength > maxBytes ? { truncated: true } : {};
  return { $type: tag, byteLength: bytes.byteLength, base64, ...cut };
}
