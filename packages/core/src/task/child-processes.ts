import childProcess, { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Told of a child process that leads a group of its own, and again once nothing is left of that group. */
export type DetachedListener = (pid: number, gone: boolean) => void;

/** Which the user's code calls, and packages may have taken before a task begins. */
const SYNCHRONOUS = ["spawnSync", "execSync", "execFileSync"] as const;

const detached = new Set<number>();
let started = false;

/** From now on, sees every child process that is started. Before any package is loaded. */
export function watchChildren(onDetached: DetachedListener): void {
  const prototype = ChildProcess.prototype as unknown as {
    spawn(this: ChildProcess, options: { readonly detached?: boolean }): unknown;
  };
  const { spawn } = prototype;
  prototype.spawn = function spawnWatched(options) {
    started = true;
    const result = Reflect.apply(spawn, this, [options]);
    const { pid } = this;
    if (options.detached && pid !== undefined) {
      detached.add(pid);
      onDetached(pid, false);
      this.once("exit", () => {
        if (isAlive(pid)) return;
        detached.delete(pid);
        onDetached(pid, true);
      });
    }
    return result;
  };
  const functions = childProcess as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  for (const name of SYNCHRONOUS) {
    const original = functions[name] as (...args: readonly unknown[]) => unknown;
    functions[name] = (...args) => {
      started = true;
      return original(...args);
    };
  }
  // Also who imported one of them by its name gets the new one.
  syncBuiltinESMExports();
}

/**
 * Returns what looks for processes that live on though the child that started them may be gone. Only where a child was
 * started since: looking through all processes takes a few milliseconds.
 */
export function noteChildren(): () => string | null {
  started = false;
  return () => (started && (hasCompany() || [...detached].some(isAlive)) ? "a child process left behind" : null);
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the worker's group, which the worker leads, has others in it. Unknown counts as yes. */
function hasCompany(): boolean {
  try {
    return readdirSync("/proc").some((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isMember(name));
  } catch {
    return true;
  }
}

function isMember(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name, in brackets, may contain anything.
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(group) === process.pid && state !== "Z" && state !== "X";
  } catch {
    // It ended in this moment.
    return false;
  }
}
