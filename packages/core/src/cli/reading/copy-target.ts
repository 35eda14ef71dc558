import { resolve } from "node:path";
import type { Datastore } from "../../contracts/datastore.js";
import { attachedTo } from "../../datastore/attached-records.js";
import { isPath } from "../../datastore/scheme-of.js";
import { errors } from "../../errors/codes.js";
import { type CopiedRun, createRunCopier, type RunCopier } from "../../transfer/copy-run.js";
import type { CommandContext } from "../command.js";
import { textOption } from "../option-spec.js";

/** Where to copy to. */
export const copyOptions = {
  to: textOption("--to <root>", { help: "the folder or bucket that gets the copies: ./runs, s3://bucket/prefix" }),
  toDatastore: textOption("--to-datastore <name>", { help: "the datastore's name, where the root does not tell" }),
};

type CopyContext = Omit<CommandContext, "options"> & {
  readonly options: { readonly to: string | undefined; readonly toDatastore: string | undefined };
};

/** From the datastore that the command line leads to, to the one of `--to`. */
export async function openCopier(
  context: CopyContext,
  command: string,
): Promise<RunCopier & { readonly target: Datastore }> {
  const { to, toDatastore: name } = context.options;
  if (to === undefined) throw errors.USAGE({ problem: "Say where to with --to", command: `metaflow ${command}` });
  const root = isPath(to) && (name ?? "local") === "local" ? resolve(context.cwd, to) : to;
  const [source, target] = [await context.datastore(), await context.openDatastore({ name, root })];
  if (source.name === target.name && source.root === target.root) {
    throw errors.USAGE({ problem: `${target.root} cannot be copied to itself`, command: `metaflow ${command}` });
  }
  const keeper = attachedTo(source)?.location.name;
  if (keeper !== undefined) {
    const problem = `Who has the records is '${keeper}': what is in ${source.root} is not the whole run`;
    throw errors.USAGE({ problem, command: `metaflow ${command}` });
  }
  return { ...createRunCopier(source, target), target };
}

export function showCopied({ output, json }: CopyContext, copied: CopiedRun): void {
  const { flow, runId, outcome, objects, data, blobs } = copied;
  const pathspec = `${flow}/${runId}`;
  if (json) output.json({ type: "run.copied", pathspec, outcome, objects, data, blobs });
  else if (outcome === "present") output.line(`${pathspec} is there already`);
  else output.line(`${pathspec} copied: ${objects} records and logs, ${data} objects of data, ${blobs} new blobs`);
}
