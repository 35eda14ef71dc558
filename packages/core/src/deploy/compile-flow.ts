import type { CompiledFlow, DeployCommands, Deployer, DeployRequest } from "../contracts/deployer.js";
import { errors } from "../errors/codes.js";
import { callHook } from "../registry/check-contribution.js";
import { deployProblems } from "./deploy-problems.js";
import { deployRegions } from "./deploy-regions.js";

/** What compiling takes besides what follows from it. */
export interface CompileRequest<O> extends Omit<DeployRequest<O>, "commands" | "regions"> {
  readonly program: readonly string[];
  /** The flow's file as the command line has it: `train.ts:OtherFlow`. */
  readonly file: string;
}

/** Lets a deployer compile a flow. @throws DEPLOYMENT_REFUSED with all reasons, DEPLOYMENT_FILE_INVALID */
export async function compileFlow<O>(deployer: Deployer<O>, request: CompileRequest<O>): Promise<CompiledFlow> {
  const { graph, options } = request;
  const problems = deployProblems(deployer, graph, options);
  const target = deployer.name;
  if (problems.length > 0) {
    throw errors.DEPLOYMENT_REFUSED({ flow: graph.flow, target, problems }, { where: { flow: graph.flow } });
  }
  const { program, file, ...rest } = request;
  const commands = commandsOf(program, file, request);
  const compiled = await callHook("deployers", { name: target, from: undefined, hook: "compile" }, async () => {
    const made: Partial<CompiledFlow> | undefined = await deployer.compile({
      ...{ ...rest, commands, regions: deployRegions(graph) },
    });
    if (!Array.isArray(made?.files)) throw new TypeError("it gave no list of files");
    return made as CompiledFlow;
  });
  const paths = compiled.files.map(({ path }) => path);
  const wrong = paths.find((path, i) => !isInside(path) || paths.indexOf(path) !== i);
  if (wrong !== undefined) throw errors.DEPLOYMENT_FILE_INVALID({ target, path: wrong });
  return compiled;
}

function commandsOf<O>(program: readonly string[], file: string, request: CompileRequest<O>): DeployCommands {
  const { graph, datastore } = request;
  const { metadata } = datastore;
  const place = [
    ...["--datastore", datastore.name, "--datastore-root", datastore.root],
    ...(metadata === undefined ? [] : ["--metadata", metadata.name]),
  ];
  return {
    program,
    init: (runId) => [file, "init", "--run-id", runId, ...place],
    region: (runId, { entry, until }) => [
      ...["region", `${graph.flow}/${runId}`, entry],
      ...(until === null ? [] : ["--until", until]),
      ...place,
    ],
    step: (runId, step, task) => ["step", `${graph.flow}/${runId}/${step}/${task}`, ...place],
  };
}

function isInside(path: string): boolean {
  return path !== "" && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
