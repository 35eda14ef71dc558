/** Asks every process of the group to end. Groups are led by the processes that the driver starts. */
export function stopGroup(pid: number | undefined): void {
  signalGroup(pid, "SIGTERM");
}

/**
 * Asks a process to end at once that ends cleanly at the first signal: the second one tells it to kill what it started,
 * which leads groups of its own.
 */
export function stopGroupAtOnce(pid: number | undefined): void {
  // Two of one kind may arrive as one.
  signalGroup(pid, "SIGINT");
  signalGroup(pid, "SIGTERM");
}

/** Ends every process of the group at once. */
export function killGroup(pid: number | undefined): void {
  signalGroup(pid, "SIGKILL");
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
