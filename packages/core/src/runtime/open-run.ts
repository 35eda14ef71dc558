import { dirname } from "node:path";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import { type CodePlace, openCodePlace } from "../code/code-place.js";
import { CODE_VARIABLE, readEnvironment } from "../config/env.js";
import type { Datastore } from "../contracts/datastore.js";
import type { FlowClass } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createRecordStore } from "../datastore/record-store.js";
import { attachmentsInRun } from "../decorators/attachments-in-run.js";
import { secretsInSource } from "../decorators/secrets-in-source.js";
import { errors } from "../errors/codes.js";
import { collectFlowDecorators } from "../flow/flow-metadata.js";
import { collectSteps } from "../flow/step-metadata.js";
import { createBundleEvaluator } from "../packaging/evaluate-bundle.js";
import type { BundleNamespace } from "../packaging/flow-bundle.js";
import { createBundlePositions } from "../packaging/source-locator.js";
import { createRegistry } from "../registry/create-registry.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { builtinSecrets } from "../secrets/builtin-providers.js";
import { providersOf } from "../secrets/find-provider.js";
import type { ErrorContext } from "../task/record-error.js";
import { type LoadedCode, namesOf, type RunContext } from "../task/task-context.js";
import { type AddedDecorators, addedDecorators, loadAddedDecorators, loadAddedToFlow } from "./added-decorators.js";
import { flowHooks } from "./flow-hooks.js";
import type { MappedCode } from "./map-stacks.js";

/** Bytes of blobs that a process keeps to read them once: small ones that many tasks share. */
const BLOB_CACHE = 64 * 1024 * 1024;

/** A registered run, opened from nothing but the datastore and its ids. */
export interface OpenRun {
  readonly context: RunContext;
  /** @throws PACKAGE_STEPS_APART where the code package that was unpacked here is not for all of the steps */
  readonly checkSteps: (steps: Iterable<string>) => void;
  /** Evaluates the run's code afresh. */
  readonly evaluate: () => Promise<LoadedCode>;
  /** Loads the packages that the code uses: they are shared by all tasks of a process. */
  readonly loadPackages: () => Promise<void>;
  /** The code as it was stored, with its map; what is not in memory is read synchronously. */
  readonly storedCode: MappedCode;
  /** Shows errors in positions of the user's files. */
  readonly errorContext: () => Promise<ErrorContext>;
}

/** @throws RUN_UNKNOWN */
export async function openRun(
  datastore: Datastore,
  flow: string,
  runId: string,
  records = createRecordStore(datastore),
): Promise<OpenRun> {
  const blobs = createBlobStore(datastore, { cacheBytes: BLOB_CACHE });
  const run = await records.readRun(flow, runId);
  if (run === null) throw errors.RUN_UNKNOWN({ flow, runId });
  const place = openCodePlace(run.code, readEnvironment()[CODE_VARIABLE]);
  const [code, graphBytes] = await Promise.all([
    place.files?.code ?? blobs.get(run.code.sha256, "the flow's code"),
    blobs.get(run.graph, "the graph"),
  ]);
  const graph = JSON.parse(Buffer.from(graphBytes).toString("utf8")) as FlowGraph;
  const known = { knownNames: namesOf(graph, run), splits: new Map() };
  const context: RunContext = { run, graph, datastore, records, blobs, ...known };
  const { sha256 } = run.code;
  const { entry, modules } = place;
  const text = Buffer.from(code).toString("utf8");
  const evaluateBundle = createBundleEvaluator({ code: text, sha256, entry, modules });
  let errorContext: Promise<ErrorContext> | undefined;
  return {
    context,
    checkSteps: (steps) => checkSteps(place, steps),
    storedCode: {
      code: () => text,
      map: () => Buffer.from(place.files?.map ?? blobs.getSync(run.code.map, "the source map")).toString("utf8"),
      // Positions are told where the user wrote the code.
      root: dirname(run.code.entry),
    },
    loadPackages: async () => {
      await evaluateBundle.loadPackages();
      await loadPlugins(context, place);
    },
    evaluate: async () => codeOf(await evaluateBundle(), context, place, datastore),
    errorContext: () => {
      errorContext ??= loadErrorContext(context);
      return errorContext;
    },
  };
}

function checkSteps({ steps: here }: CodePlace, wanted: Iterable<string>): void {
  const steps = here === null ? [] : [...wanted].filter((step) => !here.includes(step));
  if (here !== null && steps.length > 0) throw errors.PACKAGE_STEPS_APART({ steps, here });
}

async function codeOf(
  namespace: BundleNamespace,
  context: RunContext,
  { plugins: installed }: CodePlace,
  datastore: Datastore,
): Promise<LoadedCode> {
  const { run, graph } = context;
  const { exportName } = run.code;
  const flowClass = namespace.flow[exportName] as FlowClass;
  const config = (namespace.config.default ?? {}) as ProjectConfig;
  const registry = createRegistry(config, { installed, builtins: builtinSecrets });
  const added = await loadAddedDecorators(graph, flowClass, namespace.flow, registry);
  const ofFlow = await loadAddedToFlow(graph, flowClass, registry);
  // Steps without decorators, which are most, never ask.
  const definitionsOf: LoadedCode["decoratorsOf"] = (step) =>
    decoratorsOf(flowClass, graph.steps[step]?.decorators ?? [], step, added);
  const optionsOf: LoadedCode["optionsOf"] = (step, decorator) =>
    collectSteps(flowClass)[step]?.decorators.find(({ name }) => name === decorator)?.attributes;
  return {
    flowClass,
    exports: namespace.flow,
    serializers: createSerializerSet(registry.serializers),
    decoratorsOf: definitionsOf,
    ...flowHooks(context, datastore, () => attachmentsInRun(graph, collectFlowDecorators(flowClass), ofFlow)),
    optionsOf,
    secretsInSource: () => secretsInSource(graph, definitionsOf, optionsOf),
    findSecrets: providersOf(registry),
  };
}

/** Plugins whose decorators the run has. What fails here fails again when the code is evaluated. */
async function loadPlugins({ graph }: RunContext, { plugins: installed }: CodePlace): Promise<void> {
  const registry = createRegistry({}, { installed });
  await Promise.allSettled(addedDecorators(graph).map(({ name }) => registry.find("decorators", name)));
}

/** By name. */
function decoratorsOf(
  flowClass: FlowClass,
  attached: readonly AttachedDecorator[],
  step: string,
  added: AddedDecorators,
): ReadonlyMap<string, StepDecorator> {
  const own = Object.entries(collectSteps(flowClass)[step]?.definitions ?? {});
  const known = new Map(own);
  for (const data of attached) {
    const definition = data.staticallyDefined ? undefined : added(data);
    if (definition !== undefined) known.set(data.name, definition);
  }
  return known;
}

async function loadErrorContext({ run, blobs }: RunContext): Promise<ErrorContext> {
  const map = await blobs.get(run.code.map, "the source map").catch(() => null);
  const positions =
    map === null
      ? null
      : createBundlePositions({ map: Buffer.from(map).toString("utf8"), root: dirname(run.code.entry) });
  return { positions, cwd: process.cwd() };
}
