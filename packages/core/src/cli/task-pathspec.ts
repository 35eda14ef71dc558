import { errors } from "../errors/codes.js";
import { openClient, type ReadingContext } from "./reading/open-client.js";

/**
 * The parts of a pathspec that a scheduler gives: `Flow/run/step/task`, or without the flow's name where its file
 * stands before the command. `latest` is the newest run of the flow.
 *
 * @throws PATHSPEC_INVALID, NO_RUN_YET
 */
export async function pathspecParts(
  text: string,
  names: readonly string[],
  context: ReadingContext,
): Promise<readonly string[]> {
  const parts = text.split("/");
  const isShort = context.flowReference !== null && parts.length === names.length - 1;
  const all = isShort ? [(await context.definition()).name, ...parts] : parts;
  if (all.length !== names.length || all.includes("")) {
    throw errors.PATHSPEC_INVALID({ given: text, form: names.join("/") });
  }
  const [flow = "", run, ...rest] = all;
  if (run !== "latest") return all;
  const { client } = await openClient(context);
  return [flow, (await client.flow(flow).latestRun()).id, ...rest];
}
