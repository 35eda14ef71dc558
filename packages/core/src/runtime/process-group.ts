/** Asks every process of the group to end. Groups are led by the processes that the driver starts. */
export function stopGroup(pid: number | undefined): void {
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
