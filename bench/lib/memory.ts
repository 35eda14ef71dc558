import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Milliseconds between two looks. */
const INTERVAL = 50;

/** Looks at a process and all that come from it, again and again, until it is told to stop. */
export interface MemoryWatch {
  /** The most resident memory that all of them had at a time, in bytes; null where the system does not tell. */
  stop(): number | null;
}

/** Linux tells in `/proc`. Pages that processes share count for each of them: it is the stricter sum. */
export function watchMemory(pid: number): MemoryWatch {
  if (!existsSync(`/proc/${process.pid}/task/${process.pid}/children`)) return { stop: () => null };
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, residentBytes(pid));
  };
  const timer = setInterval(look, INTERVAL);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

function residentBytes(root: number): number {
  let sum = 0;
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "latin1");
      sum += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      pending.push(...childrenOf(pid));
    } catch {
      // It ended in the meantime.
    }
  }
  return sum;
}

/** A child belongs to the thread that started it. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  });
}
