import type { FlowDecorator } from "../contracts/flow-decorator.js";
import type { FlowClass } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { exportedDecorator, mutatorsDecorator, mutatorsFlowDecorator } from "../decorators/known-decorators.js";
import { collectFlowMutators } from "../flow/mutator-metadata.js";
import { collectSteps } from "../flow/step-metadata.js";
import type { Registry } from "../registry/create-registry.js";

/** What a decorator of the graph is that does not stand in the source. */
export type AddedDecorators = (attached: AttachedDecorator) => StepDecorator | undefined;

/**
 * Finds the code of the decorators that `--with` or mutators added, where the driver found it: in what mutators list,
 * in the config and in plugins, in the exports of the flow's file. No mutator runs.
 */
export async function loadAddedDecorators(
  graph: FlowGraph,
  flowClass: FlowClass,
  exports: Readonly<Record<string, unknown>>,
  registry: Registry,
): Promise<AddedDecorators> {
  const added = addedDecorators(graph);
  if (added.length === 0) return () => undefined;
  const declared = { mutators: collectFlowMutators(flowClass), steps: collectSteps(flowClass) };
  const found = new Map<string, StepDecorator>();
  for (const attached of added) {
    const { name, insertedBy } = attached;
    const decorator =
      mutatorsDecorator(declared, insertedBy ?? "", name) ??
      (await registry.find("decorators", name)) ??
      exportedDecorator(exports, name);
    if (decorator !== undefined) found.set(keyOf(attached), decorator);
  }
  return (attached) => found.get(keyOf(attached));
}

/** The same for decorators of the flow itself, by name. */
export async function loadAddedToFlow(
  { decorators }: FlowGraph,
  flowClass: FlowClass,
  registry: Registry,
): Promise<ReadonlyMap<string, FlowDecorator>> {
  const added = decorators.filter(({ staticallyDefined }) => !staticallyDefined);
  if (added.length === 0) return new Map();
  const declared = { mutators: collectFlowMutators(flowClass), steps: collectSteps(flowClass) };
  const found = await Promise.all(
    added.map(
      async ({ name, insertedBy }) =>
        mutatorsFlowDecorator(declared, insertedBy ?? "", name) ?? (await registry.find("flowDecorators", name)),
    ),
  );
  return new Map(found.flatMap((each) => (each === undefined ? [] : [[each.name, each] as const])));
}

/** The decorators that do not stand in the source, each once for everybody who added it. */
export function addedDecorators({ steps }: FlowGraph): readonly AttachedDecorator[] {
  const attached = Object.values(steps).flatMap(({ decorators }) => decorators);
  return [...new Map(attached.filter((each) => !each.staticallyDefined).map((each) => [keyOf(each), each])).values()];
}

function keyOf({ name, insertedBy }: AttachedDecorator): string {
  return `${insertedBy}/${name}`;
}
