import { METADATA_VARIABLE, PROVIDER_VARIABLE } from "../../config/env.js";
import type { Backend, BackendAttempt } from "../../contracts/backend.js";
import type { Datastore } from "../../contracts/datastore.js";
import type { StepNode } from "../../contracts/graph.js";
import { locationOf } from "../../datastore/open-datastore.js";
import { coreProgramPath } from "../../packaging/core-entry.js";
import type { LoadedFlow } from "../run-options.js";

/** What is started, and what it finds where it starts. */
export type PlaceCommand = Pick<BackendAttempt, "command" | "files" | "variables">;

/** How the words are executed on this machine. */
export function commandHere(datastore: Datastore, words: readonly string[]): PlaceCommand {
  const { module, metadata } = locationOf(datastore);
  const variables = {
    ...(module !== undefined && { [PROVIDER_VARIABLE]: module }),
    ...(metadata?.module !== undefined && { [METADATA_VARIABLE]: metadata.module }),
  };
  return { command: [process.execPath, coreProgramPath("bin"), ...words], files: [], variables };
}

/** How they are executed in a place that has nothing: from the code package of the step, as its environment says. */
export async function commandElsewhere(
  { packages, bootstrap: program }: LoadedFlow,
  datastore: Datastore,
  step: StepNode,
  words: readonly string[],
): Promise<PlaceCommand> {
  const code = packages?.packages.find(({ ref: { steps } }) => steps === null || steps.includes(step.name))?.ref;
  if (packages === undefined || program === undefined || code === undefined) {
    throw new Error(`Step '${step.name}' has no code package.`);
  }
  const request = { code, datastore: locationOf(datastore), step, words, program };
  const { command, files, variables } = await packages.environment.bootstrap(request);
  const [first, ...rest] = command;
  if (first === undefined) throw new Error(`The environment '${code.environment}' gives no command.`);
  return { command: [first, ...rest], files, variables };
}

/** Whether some of the backends start commands where the project is not. */
export function someElsewhere(backends: Iterable<{ readonly backend: Backend }>): boolean {
  return [...backends].some(({ backend }) => !backend.capabilities.local);
}
