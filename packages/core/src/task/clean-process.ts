import { noteBuiltins } from "./builtin-state.js";
import { noteChildren } from "./child-processes.js";
import { countHidden, watchHidden } from "./hidden-resources.js";
import { countAsyncHooks, countHiddenWork, watchHiddenWork } from "./hidden-work.js";
import { noteListeners } from "./listeners.js";
import { noteRequired } from "./required-files.js";

/** The state of the process that the next task must find as it was. */
export interface CleanState {
  /**
   * Puts the environment and the working folder back, and looks for the rest. Returns what was left behind, or null
   * where the process can take another task.
   */
  restore(): string | null;
}

let changedBuiltin: (() => string | null) | undefined;
let stillRequired: (() => string | null) | undefined;

/** Takes note of the process's state before a task. */
export function noteCleanState(): CleanState {
  watchHidden();
  watchHiddenWork();
  // Noted once: a process in which they changed gets no other task.
  changedBuiltin ??= noteBuiltins();
  stillRequired ??= noteRequired();
  // biome-ignore lint/style/noProcessEnv: it is noted here, and nothing is read from it
  const environment = { ...process.env };
  const folder = process.cwd();
  const mask = process.umask();
  const { exitCode, title } = process;
  const changedListeners = noteListeners();
  const leftChildren = noteChildren();
  const [out, err] = [process.stdout.write, process.stderr.write];
  const before = survey();
  // One of Node's own may be due here, and none is due for long.
  before.delete("Immediate");
  return {
    restore() {
      restoreEnvironment(environment);
      process.umask(mask);
      process.exitCode = exitCode;
      if (process.title !== title) process.title = title;
      try {
        if (process.cwd() !== folder) process.chdir(folder);
      } catch (error) {
        return `the working folder could not be restored (${String(error)})`;
      }
      if (process.stdout.write !== out || process.stderr.write !== err) return "a patch of the output left behind";
      return (
        changedBuiltin?.() ?? stillRequired?.() ?? changedListeners() ?? difference(before, survey()) ?? leftChildren()
      );
    },
  };
}

/** Sets variables for the rest of the task; `restore` takes them back. */
export function setEnvironment(variables: Readonly<Record<string, string>>): void {
  // biome-ignore lint/style/noProcessEnv: it is set here, and nothing is read from it
  Object.assign(process.env, variables);
}

function restoreEnvironment(saved: NodeJS.ProcessEnv): void {
  // biome-ignore-start lint/style/noProcessEnv: it is restored here, and nothing is read from it
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
  for (const [name, value] of Object.entries(saved)) if (process.env[name] !== value) process.env[name] = value;
  // biome-ignore-end lint/style/noProcessEnv: as above
}

/** Counts of what a step can leave behind, by a name that a person understands. */
function survey(): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => {
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  for (const resource of process.getActiveResourcesInfo()) count(resource);
  count("hidden timers or handles", countHidden());
  count("hidden work", countHiddenWork());
  count("async hooks", countAsyncHooks());
  if (process.hasUncaughtExceptionCaptureCallback()) count("callbacks for uncaught exceptions");
  return counts;
}

/** Fewer than before are no harm. */
function difference(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string | null {
  for (const [name, count] of after) {
    const earlier = before.get(name) ?? 0;
    if (count > earlier) return `${count - earlier} ${name} left behind`;
  }
  return null;
}
