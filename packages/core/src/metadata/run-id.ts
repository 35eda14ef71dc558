/** Ids are unique within a process only if it remembers the last one. */
let last = 0;

/**
 * A new run's id: its start in microseconds since the epoch, 16 digits, so that ids sort by time. Each call of a process
 * gives a greater one. Another process may give the same; `createRun` then says that it is taken.
 */
export function newRunId(nowMicros: number = currentMicros()): string {
  last = Math.max(Math.floor(nowMicros), last + 1);
  return String(last).padStart(16, "0");
}

function currentMicros(): number {
  // The clock of the day has milliseconds; the other one gives the rest, and would drift from it over days.
  return Date.now() * 1000 + Math.floor((performance.now() % 1) * 1000);
}
