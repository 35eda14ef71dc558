import type { RunEvent, RunObserver } from "../contracts/run-events.js";
import { contributionOptions, findContribution } from "../registry/find-contribution.js";
import { createObserverQueue, type ObserverQueue } from "../runtime/observers/observer-queue.js";
import type { CommandContext } from "./command.js";

export interface RunObservers {
  readonly observe: RunObserver;
  /** Resolves when all of them have everything, or had time enough for it. */
  close(): Promise<void>;
}

/**
 * Opens the observers that were asked for.
 *
 * @param warn about one that does not work
 * @throws PLUGIN_NAME_UNKNOWN, PLUGIN_OPTIONS_INVALID, and what importing throws: before anything runs
 */
export async function openObservers(
  names: readonly string[],
  { registry, config, cwd, environment }: Pick<CommandContext, "registry" | "config" | "cwd" | "environment">,
  warn: (message: string) => void,
): Promise<RunObservers> {
  const settings = names.length === 0 ? {} : ((await config()).observe ?? {});
  const queues: ObserverQueue[] = [];
  for (const name of new Set(names)) {
    const observer = await findContribution(await registry(), "observers", name);
    const given = (settings as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[name] ?? {};
    const options = contributionOptions("observers", observer, given);
    const open = async () => observer.open(options, { cwd, environment });
    queues.push(createObserverQueue({ name, open, warn }));
  }
  return {
    observe(event: RunEvent) {
      for (const queue of queues) queue.push(event);
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
