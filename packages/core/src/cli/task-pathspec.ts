import { errors } from "../errors/codes.js";
import type { CommandContext } from "./command.js";

/**
 * The parts of a pathspec that a scheduler gives: `Flow/run/step/task`, or without the flow's name where its file
 * stands before the command.
 *
 * @throws PATHSPEC_INVALID
 */
export async function pathspecParts(
  text: string,
  names: readonly string[],
  context: Pick<CommandContext, "flowReference" | "definition">,
): Promise<readonly string[]> {
  const parts = text.split("/");
  const isShort = context.flowReference !== null && parts.length === names.length - 1;
  const all = isShort ? [(await context.definition()).name, ...parts] : parts;
  if (all.length === names.length && !all.includes("")) return all;
  throw errors.PATHSPEC_INVALID({ given: text, form: names.join("/") });
}
