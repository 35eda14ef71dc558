import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { errors } from "../../errors/codes.js";
import type { CodePackage } from "../../packaging/code/make-package.js";
import { fileReason } from "../../util/file-reason.js";
import { type CommandContext, defineCommand } from "../command.js";
import { sizeText } from "../display/package-text.js";
import { packageFlow } from "../package-flow.js";
import { packageOptions } from "../package-options.js";
import { alignColumns } from "../reading/table.js";

type PackageContext = CommandContext<typeof packageOptions>;

const ACTIONS = ["info", "list", "save"] as const;

/** `package info`, `package list`, `package save file.tgz`: what a code package of the flow would be now. */
export const packageCommand = defineCommand({
  arguments: [
    { syntax: "<action>", help: ACTIONS.join(", ") },
    { syntax: "[file]", help: "save: the .tgz file to write" },
  ],
  options: packageOptions,
  async run(context) {
    const { args } = context;
    const [name = "", file] = args;
    const action = ACTIONS.find((each) => each === name);
    if (action === undefined) throw misuse(`There is no 'package ${name}'; there are ${ACTIONS.join(", ")}`);
    if (action === "save" && file === undefined) throw misuse("Which file? Write it behind 'package save'");
    const { packages } = await packageFlow(context, await context.flow());
    for (const made of packages) {
      if (action === "info") showInfo(made, context);
      else if (action === "list") listFiles(made, context);
      else await save(made, file ?? "", context);
    }
    return undefined;
  },
});

function showInfo({ ref, files }: CodePackage, { output, json }: PackageContext): void {
  if (json) {
    output.json({ ...ref, files: files.length });
    return;
  }
  const { sha256, size, steps, environment, runtime } = ref;
  const rows = [
    ["code package", sha256],
    ["size", `${sizeText(size)}, ${files.length} files`],
    ["steps", steps === null ? "all" : steps.join(", ")],
    ["environment", environment],
    ["runtime", `${sizeText(runtime.size)}, @metaflow-ts/core ${runtime.version}, shared by all flows`],
  ];
  for (const line of alignColumns(rows)) output.line(line);
}

/** Largest first: that is what one looks for. */
function listFiles({ ref, files }: CodePackage, { output, json }: PackageContext): void {
  const sizes = files.map(({ path, bytes }) => ({ path, size: bytes.length })).toSorted((a, b) => b.size - a.size);
  if (json) {
    output.json({ sha256: ref.sha256, files: sizes });
    return;
  }
  const width = Math.max(...sizes.map(({ size }) => sizeText(size).length));
  for (const { path, size } of sizes) output.line(`${sizeText(size).padStart(width)}  ${path}`);
}

async function save({ ref, archive }: CodePackage, file: string, { output, json, cwd }: PackageContext): Promise<void> {
  const path = resolve(cwd, file);
  const bytes = await promisify(gzip)(archive);
  await writeFile(path, bytes).catch((cause: unknown) => {
    throw errors.FILE_NOT_WRITTEN({ path, reason: fileReason(cause) }, { cause });
  });
  if (json) output.json({ ...ref, path });
  else output.line(`Saved ${sizeText(ref.size)} to ${path}`);
}

function misuse(problem: string): Error {
  return errors.USAGE({ problem, command: "metaflow package" });
}
