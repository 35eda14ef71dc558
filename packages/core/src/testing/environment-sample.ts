import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeFiles } from "../code/unpack-package.js";
import type { Bootstrap, EnvironmentProject } from "../contracts/environment.js";
import type { FlowClass } from "../contracts/flow-definition.js";
import { createLocalDatastore } from "../datastore/local-datastore.js";
import { locationOf } from "../datastore/open-datastore.js";
import { attachDecorators } from "../decorators/attach-decorators.js";
import { defineFlow } from "../flow/define-flow.js";
import { findFlows } from "../flow/find-flows.js";
import { checkGraph } from "../graph/check-graph.js";
import { bundleFlow } from "../packaging/bundle-flow.js";
import { bootstrapProgram } from "../packaging/code/bootstrap-program.js";
import { makePackages } from "../packaging/code/make-package.js";
import { createBundleEvaluator } from "../packaging/evaluate-bundle.js";
import { createSourceLocator } from "../packaging/source-locator.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import { registerRun } from "../runtime/register-run.js";
import type { LoadedFlow } from "../runtime/run-options.js";
import { nothingStarted } from "../runtime/started-run.js";
import type {
  Ended,
  EnvironmentFactory,
  SampleProject,
  StartedElsewhere,
  TestedEnvironment,
} from "./environment-rules/rule.js";

/** Opens the sample of a factory: loads its flow as the command does, over a datastore of its own. */
export async function openSample(factory: EnvironmentFactory, closers: (() => unknown)[]): Promise<TestedEnvironment> {
  const { environment } = factory;
  const sample = await factory.makeProject();
  closers.push(() => sample.close?.());
  const root = await mkdtemp(join(tmpdir(), "metaflow-environment-"));
  closers.push(() => rm(root, { recursive: true, force: true }));
  const datastore = createLocalDatastore(join(root, "store"));
  const flow = await loadFlow(sample);
  const steps = Object.values(flow.graph.steps);
  const project: EnvironmentProject = {
    folder: dirname(sample.flowFile),
    graph: flow.graph,
    modules: flow.bundle.modules,
    plugins: flow.plugins ?? [],
    datastore: locationOf(datastore),
    settings: {},
  };
  return {
    ...{ environment, sample, project, steps, datastore },
    collect: () => environment.collect(project, steps),
    another: () => openSample(factory, closers),
    register: async (): Promise<StartedElsewhere> => {
      const packages = await makePackages({ environment, bundle: flow.bundle, project, suffixes: [], added: [] });
      const { run } = await registerRun({
        ...{ datastore, flow: { ...flow, packages }, tags: [], user: null, origin: null, maxNumSplits: null },
        owner: { host: "", pid: 0, startMark: null },
        runId: null,
        started: nothingStarted,
        given: { flow: {}, step: {} },
        parameters: { values: {} },
      });
      const [code] = packages.packages.map(({ ref }) => ref);
      if (code === undefined) throw new Error("No package was made.");
      const program = await bootstrapProgram(project.datastore);
      const start = async (words: readonly string[]): Promise<Ended> => {
        const asked = await environment.bootstrap({ code, datastore: project.datastore, step: null, words, program });
        return await startIn(await mkdtemp(join(root, "place-")), asked);
      };
      return { runId: run.runId, sha256: code.sha256, start };
    },
  };
}

async function loadFlow({ flowFile }: SampleProject): Promise<LoadedFlow> {
  const bundle = await bundleFlow(flowFile);
  const { flow } = await createBundleEvaluator(bundle)();
  const [candidate] = findFlows(flow);
  if (candidate === undefined) throw new Error(`${flowFile} exports no flow.`);
  const definition = defineFlow(candidate.flowClass as FlowClass, { serializers: [] });
  const checked = checkGraph(definition, createSourceLocator(bundle));
  const { graph } = attachDecorators(checked, definition, [], new Map());
  const [exportName = "default"] = candidate.exportNames;
  const plugins = discoverPlugins(dirname(flowFile)).filter(({ problem }) => problem === null);
  return { definition, graph, bundle, exportName, file: flowFile, plugins, decorators: [] };
}

/** Does what whoever launches a task does, in a folder that has nothing, with a home that has nothing. */
async function startIn(folder: string, { files, command, variables }: Bootstrap): Promise<Ended> {
  const [place, home] = [join(folder, "place"), join(folder, "home")];
  await Promise.all([mkdir(place), mkdir(home)]);
  await writeFiles(place, files);
  const [program = "", ...words] = command;
  const path = dirname(process.execPath);
  const child = spawn(program, words, { cwd: place, env: { HOME: home, PATH: `${path}:/usr/bin:/bin`, ...variables } });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { ...printed, code, command, variables };
}
