import { Buffer } from "node:buffer";
import { isBlobRef } from "../artifacts/artifact-ref.js";
import { decodeArtifact, decodeInline } from "../artifacts/decode-artifact.js";
import type { SerializerSet } from "../artifacts/serializer-set.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { BlobStore, RecordStore } from "../contracts/record-store.js";
import type { ArtifactRef } from "../contracts/serializer.js";

/** Requests that one listing has under way at a time. */
export const PARALLEL_READS = 32;

/** What every view of the client reads with. */
export interface Reader {
  /** Of the datastore, for messages. */
  readonly root: string;
  readonly records: RecordStore;
  /** The value, new at each call. `name` is for errors. */
  load(name: string, ref: ArtifactRef): Promise<unknown>;
  /** The content of a blob, verified; `what` is for errors. */
  blob(sha256: string, what: string): Promise<Uint8Array>;
  /** The graph in a blob; each is read once. */
  graph(sha256: string, flow: string): Promise<FlowGraph>;
}

/** Puts a reader on stores. */
export function createReader(root: string, records: RecordStore, blobs: BlobStore, serializers: SerializerSet): Reader {
  const graphs = new Map<string, Promise<FlowGraph>>();
  const readGraph = async (sha256: string, flow: string): Promise<FlowGraph> => {
    const bytes = await blobs.get(sha256, `graph of ${flow}`);
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as FlowGraph;
  };
  return {
    root,
    records,
    async load(name, ref) {
      if (!isBlobRef(ref)) return decodeInline(name, ref, serializers);
      return decodeArtifact(name, ref, await blobs.get(ref.sha256, name), serializers);
    },
    blob: (sha256, what) => blobs.get(sha256, what),
    graph(sha256, flow) {
      const known = graphs.get(sha256);
      if (known !== undefined) return known;
      const reading = readGraph(sha256, flow);
      graphs.set(sha256, reading);
      // What could not be read may be there next time.
      reading.catch(() => graphs.delete(sha256));
      return reading;
    },
  };
}
