import type { PackageFile } from "../contracts/code-package.js";
import { locationOf } from "../datastore/open-datastore.js";
import { errors } from "../errors/codes.js";
import { bootstrapProgram } from "../packaging/code/bootstrap-program.js";
import { type CodePackages, makePackages, projectFolder } from "../packaging/code/make-package.js";
import { findContribution } from "../registry/find-contribution.js";
import type { LoadedFlow } from "../runtime/run-options.js";
import type { CommandContext } from "./command.js";
import { packageNotes } from "./display/package-text.js";
import type { packageOptions } from "./package-options.js";

type PackagingContext = CommandContext<typeof packageOptions>;

/** The flow with its code packages, told about where they are large. */
export async function withPackages(context: PackagingContext, flow: LoadedFlow): Promise<LoadedFlow> {
  const packages = await packageFlow(context, flow);
  for (const made of packages.packages) for (const line of packageNotes(made)) context.output.note(line);
  return { ...flow, packages };
}

/** With the program by which this run's backends make places ready. @throws PACKAGE_NOT_MADE */
export async function withBootstrap(context: PackagingContext, flow: LoadedFlow): Promise<LoadedFlow> {
  const location = locationOf(await context.datastore());
  if (location.metadata !== undefined) {
    const reason = `the metadata provider '${location.metadata.name}' does not come along: places elsewhere could not open it.`;
    throw errors.PACKAGE_NOT_MADE({ reason });
  }
  return { ...flow, bootstrap: await bootstrapProgram(location) };
}

/** Makes the code packages of a flow. Nothing is stored. */
export async function packageFlow(context: PackagingContext, flow: LoadedFlow): Promise<CodePackages> {
  const { options } = context;
  const [registry, config, datastore] = await Promise.all([context.registry(), context.config(), context.datastore()]);
  const made = await makePackages({
    environment: await findContribution(registry, "environments", options.environment ?? "npm"),
    bundle: flow.bundle,
    project: {
      folder: projectFolder(flow.bundle.entry),
      graph: flow.graph,
      modules: flow.bundle.modules,
      // One that cannot be used is told of where somebody uses it.
      plugins: (flow.plugins ?? []).filter(({ problem }) => problem === null),
      datastore: locationOf(datastore),
      settings: config.codePackage ?? {},
    },
    suffixes: (options.packageSuffixes ?? "").split(",").flatMap((text) => (text.trim() === "" ? [] : [text.trim()])),
    added: await addedFiles(flow),
  });
  for (const unmet of made.unmet) context.output.note(`Warning: ${unmet}`);
  return made;
}

async function addedFiles({ files }: LoadedFlow): Promise<readonly PackageFile[]> {
  const added = (await files?.()) ?? [];
  return added.map(({ name, content }) => ({ path: name, bytes: Buffer.from(content), from: "a step decorator" }));
}
