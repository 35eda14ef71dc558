import type { Backend } from "../contracts/backend.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { ResourceRequest } from "../contracts/resources.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { oneError } from "../params/one-error.js";
import { contributionOptions, findContribution } from "../registry/find-contribution.js";
import { resourcesOf } from "../runtime/backends/step-launchers.js";
import type { ChosenBackend } from "../runtime/run-options.js";
import type { CommandContext } from "./command.js";

/** Warm workers of the driver's own: faster than any backend, and what a step runs in that names none. */
export const POOL = "pool";

/**
 * The backends of the steps that do not run in the pool: what the step's policy says, else the one that was asked for.
 *
 * @throws PLUGIN_NAME_UNKNOWN, PLUGIN_OPTIONS_INVALID, BACKEND_REFUSED, all problems of all steps together; nothing has
 *   been stored then
 */
export async function chooseBackends(
  { flow, steps }: FlowGraph,
  wanted: string,
  context: Pick<CommandContext, "registry" | "config">,
): Promise<ReadonlyMap<string, ChosenBackend>> {
  const chosen = new Map<string, ChosenBackend>();
  const problems: MetaflowError[] = [];
  for (const node of Object.values(steps)) {
    const { name, options } = node.policy.backend ?? { name: wanted, options: {} };
    if (name === POOL) continue;
    const backend = await findContribution(await context.registry(), "backends", name, [POOL]);
    try {
      const settings = ((await context.config()).backendOptions ?? {}) as Readonly<Record<string, object>>;
      const checked = contributionOptions("backends", backend, { ...settings[name], ...options });
      const reason = await refusalOf(backend, node, isGang(steps, node), checked);
      if (reason === null) chosen.set(node.name, { backend, options: checked });
      else problems.push(refuse(node, name, reason));
    } catch (error) {
      if (!isMetaflowError(error)) throw error;
      problems.push(error);
    }
  }
  if (problems.length === 0) return chosen;
  throw oneError(problems, (messages) => errors.BACKENDS_REFUSED({ flow, problems: messages }, { where: { flow } }));
}

/** Whether its tasks are started together by a `numParallel`. */
function isGang(steps: FlowGraph["steps"], { name, previous }: StepNode): boolean {
  const splits = previous.map((each) => steps[each]?.transition);
  return splits.some((split) => split?.kind === "parallel" && split.target === name);
}

async function refusalOf(backend: Backend, node: StepNode, gang: boolean, options: unknown): Promise<string | null> {
  if (gang && !backend.capabilities.gangs) return "its tasks are a gang, and it runs none";
  const { resources } = backend.capabilities;
  const asked = Object.entries(resourcesOf(node) ?? {}).flatMap(([name, value]) => (value == null ? [] : [name]));
  const lacks =
    resources === "ignored" ? [] : asked.filter((name) => !resources.includes(name as keyof ResourceRequest));
  if (lacks.length > 0) return `its decorator 'resources' asks for ${lacks.join(" and ")}, which it cannot give`;
  try {
    return (await backend.check?.(node, options)) ?? null;
  } catch (error) {
    return isMetaflowError(error) ? error.message : `its check failed: ${String(error)}`;
  }
}

function refuse({ name: step, source }: StepNode, backend: string, reason: string): MetaflowError {
  return errors.BACKEND_REFUSED({ step, backend, reason }, { where: { step, source: source ?? undefined } });
}
