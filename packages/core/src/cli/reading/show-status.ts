import type { TaskStatus } from "../../client/types.js";
import type { ObservedRunStatus } from "../../contracts/records.js";
import type { Colors } from "../output.js";

/** A status in its colour. */
export function showStatus(status: ObservedRunStatus | TaskStatus, colors: Colors): string {
  if (status === "successful") return colors.green(status);
  if (status === "running") return colors.cyan(status);
  return status === "cancelled" ? colors.yellow(status) : colors.red(status);
}

/** A time of the local clock, as people write it: `2026-01-02 03:04:05`. */
export function showTime(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

/** A size as people say it: `12 B`, `3.4 kB`. */
export function showSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
