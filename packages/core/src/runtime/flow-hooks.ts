import type { Datastore } from "../contracts/datastore.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import type { LoadedCode, RunContext } from "../task/task-context.js";
import { once } from "../util/once.js";
import { addedFields } from "./added-fields.js";
import { exitHooksOf } from "./exit-hooks-of.js";

/** What tasks and exit hooks of a run have of its flow's decorators. `find` is asked where the flow has any. */
export function flowHooks(
  { graph, run }: Pick<RunContext, "graph" | "run">,
  datastore: Datastore,
  find: () => readonly FlowAttachment[],
): Pick<LoadedCode, "addedFields" | "exitHooks"> {
  const attachments = once(() => (graph.decorators.length === 0 ? [] : find()));
  return {
    addedFields: async () => await addedFields(attachments(), { datastore, triggers: run.triggers ?? [] }, graph.flow),
    exitHooks: (status) => exitHooksOf(attachments(), status, graph.flow),
  };
}
