import { resolve } from "node:path";
import type { Run } from "../../client/run.js";
import { writeFiles } from "../../code/unpack-package.js";
import type { CodePackageRef } from "../../contracts/code-package.js";
import { locationOf } from "../../datastore/open-datastore.js";
import { errors } from "../../errors/codes.js";
import { bootstrapProgram } from "../../packaging/code/bootstrap-program.js";
import { findContribution } from "../../registry/find-contribution.js";
import { defineCommand } from "../command.js";
import { textOption } from "../option-spec.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

/** For schedulers: what a place needs to execute a command for a run, and how it does that. */
export const bootstrapCommand = defineCommand({
  arguments: [
    { syntax: "<run>", help: "the run: Flow/run" },
    { syntax: "<folder>", help: "where to write the files that the place needs" },
    { syntax: "[words...]", help: "the command after `metaflow`, behind --: step Flow/run/start/0" },
  ],
  options: { step: textOption("--step <name>", { help: "the step that will run, where it is one" }) },
  async run(context) {
    const { args, options, output, json, cwd } = context;
    const [pathspec, folder = "", ...words] = args;
    const { client } = await openClient(context);
    const run = await runOf(client, await readTarget(pathspec, { least: 1, most: 1 }, context, client));
    const code = packageFor(run, options.step);
    if (code === undefined) throw errors.PACKAGE_NONE({ run: run.pathspec });
    const datastore = locationOf(await context.datastore());
    const environment = await findContribution(await context.registry(), "environments", code.environment);
    const program = await bootstrapProgram(datastore);
    const step = options.step === undefined ? null : ((await run.graph()).steps[options.step] ?? null);
    const { files, command, variables } = await environment.bootstrap({ code, datastore, step, words, program });
    await writeFiles(resolve(cwd, folder), files);
    if (json) output.json({ command, variables, files: files.map(({ path }) => path) });
    else output.line(command.join(" "));
    return undefined;
  },
});

function packageFor(
  { code, pathspec }: Pick<Run, "code" | "pathspec">,
  step: string | undefined,
): CodePackageRef | undefined {
  if (step === undefined && code.packages.length > 1) {
    const problem = `The steps of ${pathspec} have different code packages: name the one that will run with --step`;
    throw errors.USAGE({ problem, command: "metaflow bootstrap" });
  }
  return code.packages.find(({ steps }) => step === undefined || steps === null || steps.includes(step));
}
