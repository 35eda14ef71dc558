import { elementSize } from "./views.js";

/** A node that shows a part of an ArrayBuffer; the plan fills in which stored buffer holds it, and where. */
export interface MemoryUse {
  /** `[tag, buffer, …]`, and for a view `[tag, buffer, byteOffset, byteLength]`. */
  readonly node: unknown[];
  readonly memory: ArrayBuffer;
  readonly start: number;
  readonly end: number;
}

export interface BufferPlan {
  readonly lengths: readonly number[];
  /** The bytes of all buffers in order, without a copy. */
  readonly chunks: readonly Uint8Array[];
}

/** A part of one ArrayBuffer that is stored as a buffer of its own. */
interface Span {
  readonly memory: ArrayBuffer;
  readonly start: number;
  end: number;
  hasNodeBuffer: boolean;
  /** Bytes of the largest element of its views, to which offsets must stay aligned. */
  alignment: number;
  index: number | undefined;
}

const WHOLE = "ArrayBuffer";

/**
 * Decides which bytes are stored. Views that overlap share a buffer, as do typed arrays that touch, and all views
 * of an ArrayBuffer that is itself part of the value. Bytes that no view shows are never stored: they may be
 * anything, such as the pool that Node cuts small Buffers from.
 */
export function planBuffers(uses: readonly MemoryUse[]): BufferPlan {
  const spanOf = assignSpans(uses);
  const lengths: number[] = [];
  const chunks: Uint8Array[] = [];
  for (const use of uses) {
    const span = spanOf.get(use);
    if (span === undefined) continue;
    const lead = span.start % span.alignment;
    if (span.index === undefined) {
      span.index = lengths.push(lead + span.end - span.start) - 1;
      if (lead > 0) chunks.push(new Uint8Array(lead));
      if (span.end > span.start) chunks.push(new Uint8Array(span.memory, span.start, span.end - span.start));
    }
    use.node[1] = span.index;
    if (use.node[0] !== WHOLE) use.node[2] = lead + use.start - span.start;
  }
  return { lengths, chunks };
}

function assignSpans(uses: readonly MemoryUse[]): Map<MemoryUse, Span> {
  const byMemory = new Map<ArrayBuffer, MemoryUse[]>();
  for (const use of uses) {
    const known = byMemory.get(use.memory);
    if (known === undefined) byMemory.set(use.memory, [use]);
    else known.push(use);
  }
  const spanOf = new Map<MemoryUse, Span>();
  for (const [memory, parts] of byMemory) {
    const whole = parts.some((use) => use.node[0] === WHOLE);
    if (whole) assignWhole(memory, parts, spanOf);
    else assignParts(parts, spanOf);
  }
  return spanOf;
}

function assignWhole(memory: ArrayBuffer, uses: readonly MemoryUse[], spanOf: Map<MemoryUse, Span>): void {
  const end = memory.byteLength;
  const span: Span = { memory, start: 0, end, hasNodeBuffer: false, alignment: 1, index: undefined };
  for (const use of uses) spanOf.set(use, span);
}

function assignParts(uses: readonly MemoryUse[], spanOf: Map<MemoryUse, Span>): void {
  let open: Span | undefined;
  for (const use of [...uses].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const name = String(use.node[0]);
    const isNodeBuffer = name === "Buffer";
    const isEmpty = use.start === use.end;
    const span: Span =
      open !== undefined && !isEmpty && belongs(use, isNodeBuffer, open)
        ? open
        : { memory: use.memory, start: use.start, end: use.end, hasNodeBuffer: false, alignment: 1, index: undefined };
    span.end = Math.max(span.end, use.end);
    span.hasNodeBuffer ||= isNodeBuffer;
    span.alignment = Math.max(span.alignment, elementSize(name));
    spanOf.set(use, span);
    if (!isEmpty) open = span;
  }
}

/** Node puts unrelated small Buffers side by side, so that touching means nothing for them; overlapping does. */
function belongs(use: MemoryUse, isNodeBuffer: boolean, span: Span): boolean {
  if (use.start < span.end) return true;
  return use.start === span.end && !isNodeBuffer && !span.hasNodeBuffer;
}
