import type { OrphanGuard } from "./orphan-guard.js";
import { killGroup } from "./process-group.js";

/** The process groups that the tasks of a worker set apart from its own, to end with it all the same. */
export interface DetachedGroups {
  change(pid: number, gone: boolean): void;
  kill(): void;
}

export function createDetachedGroups(guard: OrphanGuard): DetachedGroups {
  const groups = new Set<number>();
  let over = false;
  return {
    change(pid, gone) {
      if (gone) {
        groups.delete(pid);
        guard.remove(pid);
      } else if (over) {
        killGroup(pid);
      } else {
        groups.add(pid);
        guard.add(pid);
      }
    },
    kill() {
      over = true;
      for (const pid of groups) {
        killGroup(pid);
        guard.remove(pid);
      }
      groups.clear();
    },
  };
}
