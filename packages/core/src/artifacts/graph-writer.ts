import type { ArtifactSerializer } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { type MemoryUse, planBuffers } from "./buffer-plan.js";
import { GRAPH_VERSION, type GraphDocument, MAX_CLAIM_DEPTH, type SerializerEntry, type Slot } from "./format.js";
import { type OpenNode, refuse, scalarSlot, Unstorable } from "./graph-nodes.js";
import { toJsonText } from "./json-text.js";
import { isMemory } from "./kinds.js";
import { openValue } from "./open-value.js";
import type { SerializerSet } from "./serializer-set.js";
import { pathOf } from "./value-path.js";
import { bytesOf, isStableMemory } from "./views.js";

/** What all slots that refer to one node share; the number is known when the node is finished. */
type Reference = [number];

/** A node on the way from the root to where the writer stands; `at` is the slot that is being written. */
interface Frame {
  readonly node: unknown[];
  at: number;
  readonly step: number;
  readonly reference: Reference;
}

interface Writer {
  readonly name: string;
  readonly serializers: SerializerSet;
  readonly nodes: unknown[][];
  readonly references: Map<object, Reference>;
  readonly uses: MemoryUse[];
  readonly entries: SerializerEntry[];
  readonly frames: Frame[];
  /** Claimed values whose data is being written. */
  readonly claims: Set<Reference>;
}

const UNFINISHED = -1;

/**
 * Encodes any storable value with types and identity. The walk keeps its own stack, so that depth is no limit, and
 * numbers nodes when they are finished, so that a reader meets a claimed value's data before the value.
 *
 * @returns the document and the bytes of the buffers, which are the value's own memory.
 * @throws MF_ARTIFACT_NOT_STORABLE, MF_ARTIFACT_SERIALIZER_FAILED, MF_ARTIFACT_TOO_LARGE
 */
export function encodeGraph(name: string, value: unknown, serializers: SerializerSet): readonly Uint8Array[] {
  const writer: Writer = {
    name,
    serializers,
    nodes: [],
    references: new Map(),
    uses: [],
    entries: [],
    frames: [],
    claims: new Set(),
  };
  const root = walk(writer, value);
  const plan = planBuffers(writer.uses);
  const document: GraphDocument = {
    version: GRAPH_VERSION,
    serializers: writer.entries,
    buffers: plan.lengths,
    root,
    nodes: writer.nodes,
  };
  return [Buffer.from(`${toJsonText(name, document)}\n`), ...plan.chunks];
}

function walk(writer: Writer, value: unknown): Slot {
  try {
    const root = toSlot(writer, value);
    for (let frame = writer.frames.at(-1); frame !== undefined; frame = writer.frames.at(-1)) {
      frame.at += frame.step;
      if (frame.at < frame.node.length) {
        frame.node[frame.at] = toSlot(writer, frame.node[frame.at]);
      } else {
        writer.frames.pop();
        finish(writer, frame.node, frame.reference);
      }
    }
    return root;
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    const path = here(writer);
    throw errors.ARTIFACT_NOT_STORABLE({ path, what: error.what }, { fix: error.fix?.(path) });
  }
}

function toSlot(writer: Writer, value: unknown): Slot {
  const scalar = scalarSlot(value);
  if (scalar !== undefined) return scalar;
  const object = value as object;
  const known = writer.references.get(object);
  if (known === undefined) return begin(writer, object);
  if (writer.claims.has(known)) {
    throw new Unstorable(
      "a value whose serializer's data leads back to it",
      () => "The serializer must encode without cycles.",
    );
  }
  return known;
}

function begin(writer: Writer, object: object): Reference {
  const { node, next, step } = open(writer, object);
  const reference: Reference = [UNFINISHED];
  writer.references.set(object, reference);
  if (node[0] === "Custom") beginClaim(writer, reference);
  if (next < node.length) writer.frames.push({ node, at: next - step, step, reference });
  else finish(writer, node, reference);
  return reference;
}

function finish(writer: Writer, node: unknown[], reference: Reference): void {
  reference[0] = writer.nodes.push(node) - 1;
  writer.claims.delete(reference);
}

function open(writer: Writer, object: object): OpenNode {
  const { node, next, step, serializer } = openValue(object, writer.serializers, () => here(writer));
  if (serializer !== undefined) node[1] = entryOf(writer, serializer);
  if (isMemory(object)) noteUse(writer, node, object);
  return { node, next, step };
}

function noteUse(writer: Writer, node: unknown[], value: ArrayBuffer | ArrayBufferView): void {
  if (!isStableMemory(value)) refuse(value);
  const bytes = bytesOf(value);
  const start = bytes.byteOffset;
  writer.uses.push({ node, memory: bytes.buffer as ArrayBuffer, start, end: start + bytes.byteLength });
}

function beginClaim(writer: Writer, reference: Reference): void {
  writer.claims.add(reference);
  if (writer.claims.size > MAX_CLAIM_DEPTH) {
    throw new Unstorable(
      `inside more than ${MAX_CLAIM_DEPTH} values of serializers`,
      () => "Does a serializer's encode() return a value that the serializer claims again?",
    );
  }
}

function entryOf(writer: Writer, { name, version, package: from }: ArtifactSerializer): number {
  const known = writer.entries.findIndex((entry) => entry.name === name);
  return known >= 0 ? known : writer.entries.push({ name, version, package: from }) - 1;
}

function here(writer: Writer): string {
  const steps = writer.frames.map(({ node, at }) => ({ node, next: at }));
  return pathOf(writer.name, steps, writer.entries);
}
