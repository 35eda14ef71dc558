import type { FlowDecorator } from "../contracts/flow-decorator.js";
import type { FlowDecoratorDeclaration } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import { errors } from "../errors/codes.js";
import { attachmentOf, type FlowAttachment } from "./attach-flow-decorators.js";

/**
 * The decorators of a run's flow, as its stored graph has them, with what they are: what the flow's code declares, and
 * by `provided` what plugins have for those that were added to it.
 *
 * @throws DECORATOR_NOT_LOADED
 */
export function attachmentsInRun(
  { flow, decorators }: FlowGraph,
  declared: readonly FlowDecoratorDeclaration[],
  provided: ReadonlyMap<string, FlowDecorator>,
): readonly FlowAttachment[] {
  const left = [...declared];
  return decorators.map((data): FlowAttachment => {
    // The order within the graph is stable: the first one of a name is the first one in the source.
    const own = data.staticallyDefined ? left.findIndex((each) => each.data.name === data.name) : -1;
    if (own >= 0) return attachmentOf(left.splice(own, 1)[0] as FlowDecoratorDeclaration, flow);
    const definition = provided.get(data.name);
    if (definition !== undefined) return { data, definition, options: data.attributes };
    throw errors.DECORATOR_NOT_LOADED({ decorator: data.name, flow }, { where: { flow } });
  });
}
