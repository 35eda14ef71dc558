/** A number and what it counts. */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
}

export type Unit = "ms" | "ms/task" | "ms/step" | "kB" | "MB" | "MB/s" | "files/task" | "requests/task" | "requests/s";

const MEGABYTE = 1024 * 1024;

export const milliseconds = (value: number): Quantity => ({ value, unit: "ms" });
export const kilobytes = (bytes: number): Quantity => ({ value: bytes / 1000, unit: "kB" });
export const megabytes = (bytes: number): Quantity => ({ value: bytes / MEGABYTE, unit: "MB" });

/** What moving so many bytes in so many milliseconds comes to. */
export function throughput(bytes: number, ms: number): Quantity {
  return { value: bytes / MEGABYTE / (ms / 1000), unit: "MB/s" };
}

/** As a person reads it: `28 ms`, `1.62 s`, `0.45 ms/task`. */
export function show({ value, unit }: Quantity): string {
  if (unit === "ms" && value >= 1000) return `${trimmed(value / 1000)} s`;
  return `${trimmed(value)} ${unit}`;
}

function trimmed(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
