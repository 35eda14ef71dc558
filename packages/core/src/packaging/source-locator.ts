import { resolve } from "node:path";
import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import type { FlowClass, SourceLocator } from "../contracts/flow-definition.js";
import type { BundlePositions } from "../contracts/source-positions.js";
import type { SourcePosition } from "../errors/metaflow-error.js";
import type { FlowBundle } from "./flow-bundle.js";

/** Reads the bundle's source map on first use. */
export function createBundlePositions(bundle: Pick<FlowBundle, "map" | "root">): BundlePositions {
  let trace: TraceMap | undefined;
  const map = (): TraceMap => {
    trace ??= new TraceMap(bundle.map);
    return trace;
  };
  return {
    original(line, column) {
      const found = originalPositionFor(map(), { line, column: column - 1 });
      if (found.source === null || found.source === "<stdin>") return null;
      return { file: resolve(bundle.root, found.source), line: found.line, column: found.column + 1 };
    },
    sourceText(file) {
      const source = map().sources.find((name) => name !== null && resolve(bundle.root, name) === file);
      return source === undefined || source === null ? null : sourceContentFor(map(), source);
    },
  };
}

/**
 * Finds classes and methods of an evaluated bundle by their text: a class's text stands in the bundle once, and a
 * method's text once in its class.
 */
export function createSourceLocator(bundle: FlowBundle): SourceLocator {
  const positions = createBundlePositions(bundle);
  const lineStarts = startsOfLines(bundle.code);
  const classOffsets = new Map<FlowClass, number>();
  const offsetOf = (flowClass: FlowClass): number => {
    const known = classOffsets.get(flowClass);
    if (known !== undefined) return known;
    const offset = bundle.code.indexOf(flowClass.toString());
    classOffsets.set(flowClass, offset);
    return offset;
  };
  const at = (offset: number): SourcePosition | null => {
    const line = lineAt(lineStarts, offset);
    return positions.original(line + 1, offset - (lineStarts[line] ?? 0) + 1);
  };
  return {
    locate(owner, method, offset) {
      const classOffset = offsetOf(owner);
      if (classOffset < 0) return null;
      const methodOffset = bundle.code.indexOf(method.toString(), classOffset);
      return methodOffset < 0 ? null : at(methodOffset + offset);
    },
    locateClass(flowClass) {
      const offset = offsetOf(flowClass);
      return offset < 0 ? null : at(offset);
    },
    sourceText: positions.sourceText,
  };
}

function startsOfLines(code: string): readonly number[] {
  const starts = [0];
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last line that starts at or before the offset. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
