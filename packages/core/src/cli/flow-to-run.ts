import { findContribution } from "../registry/find-contribution.js";
import type { LoadedFlow } from "../runtime/run-options.js";
import type { CommandContext } from "./command.js";
import type { packageOptions } from "./package-options.js";

/** Where tasks may run besides where the run is started: nowhere, where somebody else starts them, or where this run does. */
export type Elsewhere = "nowhere" | "asked" | "started";

/** The flow of the file, checked; with its code packages where tasks may run elsewhere. */
export async function flowToRun(
  context: CommandContext<typeof packageOptions>,
  elsewhere: Elsewhere,
): Promise<LoadedFlow> {
  const flow = await context.flow();
  const { environment } = context.options;
  if (elsewhere === "nowhere") {
    // Nothing needs it here, but a name that nobody has was meant for something.
    if (environment !== undefined) await findContribution(await context.registry(), "environments", environment);
    return flow;
  }
  const { withBootstrap, withPackages } = await import("./package-flow.js");
  const packaged = await withPackages(context, flow);
  return elsewhere === "started" ? await withBootstrap(context, packaged) : packaged;
}
