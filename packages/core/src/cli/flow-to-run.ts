import type { LoadedFlow } from "../runtime/run-options.js";
import type { CommandContext } from "./command.js";
import type { packageOptions } from "./package-options.js";

/** The flow of the file, checked; with its code packages where tasks may run elsewhere. */
export async function flowToRun(
  context: CommandContext<typeof packageOptions>,
  elsewhere: boolean,
): Promise<LoadedFlow> {
  const flow = await context.flow();
  if (!elsewhere) return flow;
  const { withPackages } = await import("./package-flow.js");
  return await withPackages(context, flow);
}
