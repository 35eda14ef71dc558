import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { locationOf } from "../../datastore/open-datastore.js";
import { compileFlow } from "../../deploy/compile-flow.js";
import { errors } from "../../errors/codes.js";
import { coreProgramPath } from "../../packaging/core-entry.js";
import { contributionOptions, findContribution } from "../../registry/find-contribution.js";
import { defineCommand } from "../command.js";
import { showReference } from "../flow-reference.js";
import { textOption } from "../option-spec.js";

export const deployCommand = defineCommand({
  arguments: [],
  options: {
    target: textOption("--target <name>", {
      help: "the deployer: shell, or what a plugin offers",
      variable: "DEPLOY_TARGET",
    }),
    outputFolder: textOption("--output <folder>", { help: "where to write its files", fallbackText: "here" }),
  },
  async run({ options, output, json, cwd, flow, registry, config, datastore, flowReference, definition }) {
    const { target, outputFolder = "." } = options;
    if (target === undefined) throw errors.USAGE({ problem: "Say where to with --target", command: "metaflow deploy" });
    const { graph } = await flow();
    const deployer = await findContribution(await registry(), "deployers", target);
    const settings = ((await config()).deployerOptions ?? {}) as Readonly<Record<string, object>>;
    const { files } = await compileFlow(deployer, {
      graph,
      cwd,
      parameters: (await definition()).parameters,
      datastore: locationOf(await datastore()),
      options: contributionOptions("deployers", deployer, { ...settings[target] }),
      program: [process.execPath, coreProgramPath("bin")],
      file: flowReference === null ? "" : showReference(flowReference),
    });
    for (const { path, text, executable } of files) {
      const file = join(resolve(cwd, outputFolder), path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      if (executable === true) await chmod(file, 0o755);
      if (json) output.json({ type: "deployment.file", path: file });
      else output.line(file);
    }
    return undefined;
  },
});
