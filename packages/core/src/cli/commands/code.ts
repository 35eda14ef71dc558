import { join, resolve } from "node:path";
import type { Run } from "../../client/run.js";
import { isPackagePath } from "../../code/package-files.js";
import { errors } from "../../errors/codes.js";
import { type CommandContext, defineCommand } from "../command.js";
import { sizeText } from "../display/package-text.js";
import { flagOption } from "../option-spec.js";
import { openClient } from "../reading/open-client.js";
import { alignColumns } from "../reading/table.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

const options = {
  package: flagOption("--package", { help: "list, extract: the whole code package, as places get it" }),
  force: flagOption("--force", { help: "extract: also over files that are there and differ" }),
};

type CodeContext = CommandContext<typeof options>;

const ACTIONS = ["info", "list", "extract"] as const;

/** `code info R`, `code list R`, `code extract R folder`: what a run's tasks ran. */
export const codeCommand = defineCommand({
  arguments: [
    { syntax: "<action>", help: ACTIONS.join(", ") },
    {
      syntax: "[run]",
      help: "the run, after the flow's name where no file is given: Flow/1700000000000000; the newest",
    },
    { syntax: "[folder]", help: "extract: where to; a new folder named after the run" },
  ],
  options,
  async run(context) {
    const { args, output } = context;
    const action = ACTIONS.find((each) => each === args[0]);
    if (action === undefined) {
      const problem = `There is no 'code ${args[0]}'; there are ${ACTIONS.join(", ")}`;
      throw errors.USAGE({ problem, command: "metaflow code" });
    }
    const { client } = await openClient(context);
    const run = await runOf(client, await readTarget(args[1], { least: 0, most: 1 }, context, client));
    if (action === "info") showInfo(run, context);
    else if (action === "list") await listFiles(run, context);
    else await extract(run, args[2], context);
    await output.flush();
    return undefined;
  },
});

function showInfo({ pathspec, code }: Run, { output, json }: CodeContext): void {
  const { sha256, file, entry, exportName, packages } = code;
  if (json) {
    output.json({ run: pathspec, sha256, file, entry, exportName, packages });
    return;
  }
  const rows = [
    ["run", pathspec],
    ["flow's file", entry],
    ["bundle", sha256],
    ...packages.flatMap(({ sha256: hash, size, steps, environment, runtime }) => [
      ["code package", `${hash} (${sizeText(size)}, ${steps === null ? "all steps" : steps.join(", ")})`],
      ["environment", environment],
      ["runtime", `${runtime.sha256} (${sizeText(runtime.size)}, @metaflow-ts/core ${runtime.version})`],
    ]),
    ...(packages.length === 0 ? [["code package", "none: its tasks ran where it was started"]] : []),
  ];
  for (const line of alignColumns(rows)) output.line(line);
}

async function listFiles({ pathspec, code }: Run, context: CodeContext): Promise<void> {
  const { output, json, options: given } = context;
  const files = given.package ? Object.keys((await code.info()).files) : [...(await code.sources()).keys()];
  if (json) output.json({ run: pathspec, files });
  else for (const file of files) output.line(file);
}

async function extract(run: Run, given: string | undefined, context: CodeContext): Promise<void> {
  const { output, json, cwd, options: wanted } = context;
  const name = `${run.flowName}-${run.id}-code`;
  const folder = resolve(cwd, given ?? (isPackagePath(name) ? name : "metaflow-code"));
  const overwriting = { overwrite: wanted.force };
  const files = wanted.package
    ? await run.code.extractPackage(folder, undefined, overwriting)
    : await run.code.extract(folder, overwriting);
  if (json) output.json({ run: run.pathspec, folder, files });
  else output.line(`Extracted ${files.length} file${files.length === 1 ? "" : "s"} to ${join(folder, "/")}`);
}
