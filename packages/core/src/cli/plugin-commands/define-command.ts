import type { Client } from "../../client/client.js";
import type { CommandArguments, CommandGroup, CommandOptions, SingleCommand } from "../../contracts/cli-command.js";

/**
 * Declares a command for the list `commands` of a plugin, or of a group; the types of its arguments and options follow
 * from what it says. Returns what it is given.
 */
export function defineCommand<const A extends CommandArguments, const O extends CommandOptions>(
  command: SingleCommand<A, O, Client>,
): SingleCommand<A, O, Client> {
  return command;
}

/** Declares commands that are called by two words: `acme create`. Returns what it is given. */
export function defineCommandGroup(group: CommandGroup): CommandGroup {
  return group;
}
