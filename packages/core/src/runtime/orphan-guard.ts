import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";

/** Ends process groups when the driver goes away without having ended them, even if it was killed. */
export interface OrphanGuard {
  add(pid: number | undefined): void;
  /** Once the group is gone: its number may be given to others. */
  remove(pid: number | undefined): void;
}

/**
 * A shell that holds a pipe to the driver, in about a megabyte of memory. It reads which groups there are, and when the
 * pipe ends, so does what is left of them. A worker cannot do that itself: it may be in a loop that never ends.
 */
const SCRIPT = `groups=
while read -r sign pid; do
  if [ "$sign" = + ]; then groups="$groups $pid"; continue; fi
  rest=
  for each in $groups; do [ "$each" = "$pid" ] || rest="$rest $each"; done
  groups=$rest
done
for each in $groups; do kill -9 "-$each"; done`;

/** Starts the guard when there is something to guard. */
export function createOrphanGuard(): OrphanGuard {
  const groups = new Set<number>();
  let shell: ChildProcess | undefined;
  const tell = (sign: "+" | "-", pid: number): void => {
    shell ??= startShell();
    shell.stdin?.write(`${sign} ${pid}\n`);
  };
  return {
    add(pid) {
      if (pid === undefined || groups.has(pid)) return;
      groups.add(pid);
      tell("+", pid);
    },
    remove(pid) {
      if (pid !== undefined && groups.delete(pid)) tell("-", pid);
    },
  };
}

function startShell(): ChildProcess {
  // In a group of its own: what a terminal or a person sends to the driver's group must not end it.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Where there is no such shell, orphans end by themselves as soon as they are not busy.
  shell.on("error", () => {});
  shell.unref();
  // It is missing where the process has too many open files.
  const { stdin }: ChildProcess = shell;
  stdin?.on("error", () => {});
  // It is a socket, which the driver must not wait for.
  if (stdin instanceof Socket) stdin.unref();
  return shell;
}
