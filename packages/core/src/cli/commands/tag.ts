import type { Run } from "../../client/run.js";
import { errors } from "../../errors/codes.js";
import type { TagChange } from "../../metadata/run-tags.js";
import { type CommandContext, defineCommand } from "../command.js";
import { flagOption, listOption, textOption } from "../option-spec.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

const options = {
  runId: textOption("--run-id <run>", {
    help: "the run, after the flow's name where no file is given: Flow/1700000000000000; list: the newest by default",
  }),
  add: listOption("--add <tag>", { help: "replace: a tag to add" }),
  remove: listOption("--remove <tag>", { help: "replace: a tag to remove" }),
  hideSystemTags: flagOption("--hide-system-tags", { help: "list: only tags that somebody gave" }),
};

type TagContext = CommandContext<typeof options>;

const ACTIONS = ["list", "add", "remove", "replace"] as const;

/** `tag list`, `tag add --run-id R a b`, `tag remove --run-id R a`, `tag replace --run-id R --add a --remove b`. */
export const tagCommand = defineCommand({
  arguments: [
    { syntax: "<action>", help: ACTIONS.join(", ") },
    { syntax: "[tags...]", help: "the tags to add or remove" },
  ],
  options,
  async run(context) {
    const { args, output, json } = context;
    const action = ACTIONS.find((each) => each === args[0]);
    if (action === undefined) throw misuse(`There is no 'tag ${args[0]}'; there are ${ACTIONS.join(", ")}`);
    const change = action === "list" ? null : changeOf(action, context);
    const { client } = await openClient(context);
    const target = await readTarget(context.options.runId, { least: 0, most: 1 }, context, client);
    const found = await runOf(client, target);
    // Changing what nobody named would be a surprise.
    if (change !== null && target.run === null) {
      throw misuse(`Say which run with --run-id; the newest of ${found.flowName} is ${found.id}`);
    }
    const run = change === null ? found : await found.replaceTags(change);
    const absent = (change?.remove ?? []).filter((tag) => !found.userTags.includes(tag));
    if (absent.length > 0) output.note(`${run.pathspec} had no tag ${absent.map((tag) => `'${tag}'`).join(", ")}`);
    const systemTags = context.options.hideSystemTags ? [] : run.systemTags;
    if (json) output.json({ run: run.pathspec, tags: run.userTags, systemTags });
    else for (const line of tagLines(run, systemTags, context)) output.line(line);
    return undefined;
  },
});

function changeOf(action: "add" | "remove" | "replace", { args: [, ...tags], options: given }: TagContext): TagChange {
  if (action === "replace") {
    if (tags.length > 0) throw misuse("'tag replace' takes its tags by --add and --remove");
    if (given.add.length === 0 || given.remove.length === 0) throw misuse("'tag replace' needs --add and --remove");
    return given;
  }
  if (given.add.length + given.remove.length > 0) throw misuse("--add and --remove belong to 'tag replace'");
  if (tags.length === 0) throw misuse(`Which tags? Write them behind 'tag ${action}'`);
  return { [action]: tags };
}

function tagLines(run: Run, systemTags: readonly string[], { output, quiet }: TagContext): readonly string[] {
  const { dim } = output.colors;
  // One line for scripts, as in Metaflow.
  if (quiet) return [`${run.pathspec} ; ${systemTags.join(",")} ; ${run.userTags.join(",")}`];
  return [run.pathspec, ...run.userTags.map((tag) => `  ${tag}`), ...systemTags.map((tag) => `  ${dim(tag)}`)];
}

function misuse(problem: string): Error {
  return errors.USAGE({ problem, command: "metaflow tag" });
}
