import type { Deployer } from "../contracts/deployer.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { ResourceRequest } from "../contracts/resources.js";

/** Decorators of flows that say when a deployed flow starts, or what follows its end. */
const OF_ENGINES: readonly string[] = ["schedule", "trigger", "triggerOnFinish", "exitHook"];

/** Why a deployer cannot deploy a flow: sentences without their full stop; empty where it can. */
export function deployProblems<O>(deployer: Deployer<O>, graph: FlowGraph, options: O): readonly string[] {
  const { flowDecorators } = deployer.capabilities;
  const asked = graph.decorators.map(({ name }) => name).filter((name) => OF_ENGINES.includes(name));
  const unknown = asked.filter((name) => !flowDecorators.includes(name));
  return [
    ...unknown.map((name) => `the flow has the decorator '${name}', which it cannot translate`),
    ...Object.values(graph.steps).flatMap((node) =>
      [...stepProblems(deployer, node), checked(deployer, node, graph, options)]
        .filter((problem) => problem !== null)
        .map((problem) => `step '${node.name}' ${problem}`),
    ),
  ];
}

function stepProblems<O>({ capabilities }: Deployer<O>, node: StepNode): readonly string[] {
  const { transition, policy, decorators, backTo } = node;
  const { foreach, switches, loops, gangs, backends, resources } = capabilities;
  const backend = policy.backend?.name;
  const asked = Object.entries(decorators.find(({ name }) => name === "resources")?.attributes ?? {});
  const lacks = asked.filter(([name, value]) => value != null && !isGiven(resources, name)).map(([name]) => name);
  return [
    ...(transition.kind === "foreach" && !foreach ? ["is a foreach, and it has none"] : []),
    ...(transition.kind === "switch" && !switches ? ["is a switch, and it has none"] : []),
    ...(backTo.length > 0 && !loops ? ["closes a loop, and it has none"] : []),
    ...(transition.kind === "parallel" && !gangs ? ["starts a gang, and it has none"] : []),
    ...(backend !== undefined && !backends.includes(backend)
      ? [`runs on the backend '${backend}' by a decorator`]
      : []),
    ...(lacks.length > 0 ? [`asks by its decorator 'resources' for ${lacks.join(" and ")}, which it cannot give`] : []),
  ];
}

function isGiven(resources: "ignored" | readonly (keyof ResourceRequest)[], name: string): boolean {
  return resources === "ignored" || resources.includes(name as keyof ResourceRequest);
}

function checked<O>(deployer: Deployer<O>, node: StepNode, graph: FlowGraph, options: O): string | null {
  const reason = deployer.check?.(node, graph, options) ?? null;
  return reason === null ? null : `is refused: ${reason}`;
}
