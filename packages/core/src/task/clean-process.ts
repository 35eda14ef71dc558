import { noteBuiltins } from "./builtin-state.js";
import { countHidden, watchHidden } from "./hidden-resources.js";

/** The state of the process that the next task must find as it was. */
export interface CleanState {
  /**
   * Puts the environment and the working folder back, and looks for the rest. Returns what was left behind, or null
   * where the process can take another task.
   */
  restore(): string | null;
}

let changedBuiltin: (() => string | null) | undefined;

/** Takes note of the process's state before a task. */
export function noteCleanState(): CleanState {
  // Noted once: a process in which they changed gets no other task.
  changedBuiltin ??= noteBuiltins();
  watchHidden();
  // biome-ignore lint/style/noProcessEnv: it is noted here, and nothing is read from it
  const environment = { ...process.env };
  const folder = process.cwd();
  const mask = process.umask();
  const { exitCode, title } = process;
  const before = survey();
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
      return changedBuiltin?.() ?? difference(before, survey());
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
function survey(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => {
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  for (const resource of process.getActiveResourcesInfo()) if (resource !== "Immediate") count(resource);
  for (const event of process.eventNames()) count(`'${String(event)}' listeners`, process.listenerCount(event));
  count("hidden timers or handles", countHidden());
  if (Object.hasOwn(process.stdout, "write") || Object.hasOwn(process.stderr, "write")) count("patches of the output");
  return counts;
}

function difference(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string | null {
  for (const [name, count] of after) {
    const earlier = before.get(name) ?? 0;
    if (count > earlier) return `${count - earlier} ${name} left behind`;
  }
  for (const [name, count] of before) if ((after.get(name) ?? 0) < count && !isResource(name)) return `${name} removed`;
  return null;
}

/** Fewer timers or sockets than before are no harm. */
function isResource(name: string): boolean {
  return /^[A-Z]/.test(name);
}
