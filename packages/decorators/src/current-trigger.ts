import type { Current } from "@metaflow-ts/core";
import type { FlowTask } from "@metaflow-ts/core/plugin";

/** `current.trigger`: runs that it tells of are looked up where this one is kept. */
export async function currentTrigger(_: unknown, { triggers, datastore }: FlowTask): Promise<Partial<Current>> {
  if (triggers.length === 0) return {};
  const { createClient, Trigger } = await import("@metaflow-ts/core/client");
  return { trigger: new Trigger(triggers, async (pathspec) => (await createClient({ datastore })).run(pathspec)) };
}
