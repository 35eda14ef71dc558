import type { SerializerEntry } from "./format.js";

/** A node that is being written, at the slot where the writer stands. */
export interface PathStep {
  readonly node: readonly unknown[];
  /** Place of the slot within the node. */
  readonly next: number;
}

/** The expression that leads from the artifact's name to a value inside: `models[3].fit`, `cfg.get("k")`. */
export function pathOf(name: string, steps: readonly PathStep[], serializers: readonly SerializerEntry[]): string {
  return steps.reduce((path, step) => extend(path, step, serializers), name);
}

function extend(path: string, { node, next }: PathStep, serializers: readonly SerializerEntry[]): string {
  const before = node[next - 1];
  switch (node[0]) {
    case "Object":
    case "NullObject":
    case "Error":
      return path + property(String(before));
    case "Array":
      return `${path}[${next - 1}]`;
    case "SparseArray":
      return `${path}[${before}]`;
    case "Set":
      return `[...${path}][${next - 1}]`;
    case "Map":
      return mapPath(path, node, next);
    case "Custom":
      return `${path}<${serializers[Number(node[1])]?.name}>`;
    default:
      return path;
  }
}

function mapPath(path: string, node: readonly unknown[], next: number): string {
  const entry = (next - 1) >> 1;
  if (next % 2 === 1) return `[...${path}.keys()][${entry}]`;
  const key = node[next - 1];
  return typeof key === "object" && key !== null
    ? `[...${path}.values()][${entry}]`
    : `${path}.get(${JSON.stringify(key)})`;
}

/** The access to a property as source code writes it. */
export function property(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
