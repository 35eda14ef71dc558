import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessIdentity } from "../contracts/records.js";

/** `unknown`: it ran on another host, where nobody here can look. */
export type Liveness = "alive" | "gone" | "unknown";

/** This process, as a record names the one that drives a run. */
export function currentProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, startMark: readProcess("self")?.startMark ?? null };
}

/** Whether the process still runs. Another process that was given the same number does not count. */
export function isAlive(identity: ProcessIdentity): Liveness {
  if (identity.host !== hostname()) return "unknown";
  if (!isProcess(identity.pid)) return "gone";
  const found = readProcess(identity.pid);
  if (found === null) return "alive";
  const isOther = identity.startMark !== null && identity.startMark !== found.startMark;
  return isOther || found.isZombie ? "gone" : "alive";
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** What Linux says of a process; null where there is no `/proc`, or no such process in it. */
function readProcess(pid: number | "self"): { readonly startMark: string; readonly isZombie: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the command in parentheses and may hold anything; the third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const start = fields[19];
    return start === undefined
      ? null
      : { startMark: `${bootMark()}-${start}`, isZombie: /^[ZX]$/.test(fields[0] ?? "") };
  } catch {
    return null;
  }
}

/** Starts are counted from the boot, so the mark says which boot. */
function bootMark(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
}
