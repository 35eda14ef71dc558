import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Environment, PROVIDER_VARIABLE } from "../config/env.js";
import type { Profile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Datastore } from "../contracts/datastore.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FindDecorator } from "../decorators/mutation.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import { errors } from "../errors/codes.js";
import { createRegistry, type Registry } from "../registry/create-registry.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import type { LoadedFlow } from "../runtime/run-options.js";
import type { WorkerPool } from "../runtime/worker-pool.js";
import { once } from "../util/once.js";
import { builtins } from "./builtins.js";
import type { CommandContext } from "./command.js";
import { type CommandEntry, commands } from "./command-table.js";
import { type ChosenDatastore, chooseDatastore } from "./datastore-location.js";
import { type DecoratorOption, givenOptions } from "./decorator-options.js";
import { specsOf, withTexts } from "./decorator-specs.js";
import { type FlowReference, showReference } from "./flow-reference.js";
import { globalOptions } from "./global-options.js";
import type { FlowModule } from "./load-flow.js";
import { type OptionSpecs, optionName } from "./option-spec.js";
import type { Output } from "./output.js";
import type { ParsedArguments } from "./parse-arguments.js";
import { resolveOption, resolveOptions } from "./resolve-options.js";
import { userName } from "./user-name.js";

/** What is known before a command's words are taken apart. */
export interface Session {
  readonly entry: CommandEntry;
  readonly reference: FlowReference | null;
  readonly output: Output;
  readonly cwd: string;
  readonly environment: Environment;
  readonly profile: Profile;
  /** The flow's file, evaluated once. @throws FLOW_REQUIRED */
  readonly module: () => Promise<FlowModule>;
  /** The project's config, of the flow's folder or else of the working folder. */
  readonly config: () => Promise<ProjectConfig>;
  /** What installed plugins and the config add. */
  readonly registry: () => Promise<Registry>;
  /** Finds step decorators for `--with` and for mutators. */
  readonly findDecorator: () => Promise<FindDecorator>;
  /** What the flow's class says, and its mutators made of it. */
  readonly definition: () => Promise<FlowDefinition>;
}

/** Starts what a command may need; heavy parts are imported when they are asked for. */
export function createSession(
  base: Pick<Session, "entry" | "reference" | "output" | "cwd" | "environment" | "profile">,
): Session {
  const { entry, reference, cwd } = base;
  const module = once(async () => {
    if (reference === null) throw errors.FLOW_REQUIRED({ command: entry.name });
    const { loadFlowModule } = await import("./load-flow.js");
    return await loadFlowModule(reference, cwd);
  });
  const project = once(async () => {
    if (reference !== null) return await module();
    const { loadProjectConfig } = await import("../project/load-config.js");
    return await loadProjectConfig(cwd);
  });
  const config = async () => (await project()).config;
  const registry = once(async () => {
    const { config, configFile } = await project();
    const folder = reference === null ? cwd : dirname(resolve(cwd, reference.file));
    const configModule = configFile && pathToFileURL(configFile).href;
    return createRegistry(config, { installed: discoverPlugins(folder), configModule, builtins });
  });
  const findDecorator = once(async () => {
    const { decoratorFinder } = await import("./find-decorator.js");
    return decoratorFinder(await registry(), (await module()).exports);
  });
  const definition = once(async () => {
    const [{ defineFlow }, { preMutate }] = await Promise.all([
      import("../flow/define-flow.js"),
      import("../decorators/run-mutators.js"),
    ]);
    const { candidate, exports } = await module();
    const defined = defineFlow(candidate.flowClass, { serializers: (await registry()).serializers, exports });
    return await preMutate(defined, await findDecorator());
  });
  return { ...base, module, config, registry, findDecorator, definition };
}

/** The context of a command whose words are `given`. */
export async function createContext(
  session: Session,
  options: OptionSpecs,
  ofDecorators: readonly DecoratorOption[],
  { args, given }: ParsedArguments,
  pool: WorkerPool | undefined,
): Promise<CommandContext> {
  const { entry, reference, output, cwd, environment, profile, definition, registry } = session;
  // The config costs a bundle of its own where there is no flow: only who has settings in it pays.
  const hasSettings = Object.values(options).some(({ setting }) => setting !== undefined);
  const config = hasSettings ? await session.config() : {};
  const layers = { given, environment, config, profile, command: entry.name };
  const openOther = async (chosen: ChosenDatastore): Promise<Datastore> => {
    const { openProjectDatastore } = await import("./project-datastore.js");
    const settings = settingsOf(environment, profile);
    return await openProjectDatastore(chosen, await registry(), cwd, environment[PROVIDER_VARIABLE], settings);
  };
  return {
    args,
    options: resolveOptions(options, layers),
    given: givenOptions(ofDecorators, layers),
    json: resolveOption(globalOptions.json, layers),
    quiet: resolveOption(globalOptions.quiet, layers),
    output,
    cwd,
    environment,
    flowReference: reference,
    definition,
    flow: once(async () => checkedFlow(session, specsOf(environment, withTexts(given)))),
    coreCommands: commands.map(({ name }) => name),
    config: session.config,
    registry,
    pool,
    datastore: once(async () => {
      const config = await session.config();
      const datastore = await openOther(chooseDatastore({ ...layers, config }, cwd));
      const keeper = resolveOption(globalOptions.metadata, { ...layers, config });
      if (keeper === undefined) return datastore;
      const { openProjectRecords } = await import("./project-datastore.js");
      await openProjectRecords(datastore, keeper, await registry(), environment, settingsOf(environment, profile));
      return datastore;
    }),
    openDatastore: openOther,
    parameters: (added) => resolvedParameters(session, given, added),
    user: () => userName(environment, profile),
    hint: (command, ...rest) => hint(command, rest, reference, given, environment),
  };
}

async function checkedFlow(
  { module, definition, findDecorator, reference, registry, output }: Session,
  specs: readonly DecoratorSpec[],
): Promise<LoadedFlow> {
  const [{ checkGraph }, { createSourceLocator }, { attachToFlow }, { usedPlugins }] = await Promise.all([
    import("../graph/check-graph.js"),
    import("../packaging/source-locator.js"),
    import("./attach-to-flow.js"),
    import("./used-plugins.js"),
  ]);
  const { bundle, candidate } = await module();
  const defined = await definition();
  const checked = checkGraph(defined, createSourceLocator(bundle));
  const attached = await attachToFlow(checked, defined, specs, await findDecorator());
  const { graph, notices, files, flowAttachments, secrets } = attached;
  if (secrets.length > 0) {
    (await import("./refuse-literals.js")).refuseLiterals(bundle, secrets);
    (await import("./refuse-secret-options.js")).refuseSecretOptions(graph, secrets);
  }
  for (const notice of notices) output.note(notice);
  const plugins = usedPlugins(await registry(), graph);
  const [exportName = "default"] = candidate.exportNames;
  const file = reference?.file ?? bundle.entry;
  const decorators = flowAttachments;
  return { definition: defined, graph, decorators, bundle, exportName, file, plugins, files, secrets };
}

async function resolvedParameters(
  { definition, environment }: Session,
  given: ReadonlyMap<string, readonly string[]>,
  added: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const [{ resolveParameters }, { oneError }] = await Promise.all([
    import("../params/resolve-parameters.js"),
    import("../params/one-error.js"),
  ]);
  const { name, parameters } = await definition();
  const texts = Object.values(parameters).flatMap(({ option }) => {
    const text = given.get(option)?.at(-1);
    return text === undefined ? [] : [[option, text] as const];
  });
  const { values, problems } = resolveParameters({
    declarations: parameters,
    cli: Object.fromEntries(texts),
    env: environment,
    added,
  });
  if (problems.length === 0) return values;
  throw oneError(problems, (messages) => errors.PARAMETERS_INVALID({ problems: messages }, { where: { flow: name } }));
}

/** As somebody would type it in the same folder, the datastore included where it was chosen by a flag. */
function hint(
  command: string,
  rest: readonly string[],
  reference: FlowReference | null,
  given: ReadonlyMap<string, readonly string[]>,
  environment: Environment,
): string {
  const needsFlow = commands.some(({ name, flow }) => name === command && flow === "required");
  const file = reference === null || !needsFlow ? [] : [showReference(reference)];
  const datastore = [globalOptions.datastore, globalOptions.datastoreRoot, globalOptions.metadata].flatMap(
    ({ flags }) => {
      const text = given.get(optionName(flags))?.at(-1);
      return text === undefined ? [] : [`--${optionName(flags)}`, text];
    },
  );
  return [...programWords(environment), ...file, command, ...rest, ...datastore].map(quote).join(" ");
}

/** How the command is called in this project: package managers keep it out of the shell's path. */
function programWords(environment: Environment): readonly string[] {
  const [manager = ""] = (environment.npm_config_user_agent ?? "").split("/");
  if (manager === "npm") return ["npx", "metaflow"];
  return manager === "pnpm" || manager === "yarn" ? [manager, "exec", "metaflow"] : ["metaflow"];
}

/** For a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
