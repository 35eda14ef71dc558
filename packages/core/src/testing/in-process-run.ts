import { createSerializerSet } from "../artifacts/serializer-set.js";
import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import type { RunEvent } from "../contracts/run-events.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { attachDecorators } from "../decorators/attach-decorators.js";
import { checkGraph } from "../graph/check-graph.js";
import { nothingGiven } from "../runtime/given-options.js";
import { initRun } from "../runtime/init-run.js";
import type { RegionName } from "../runtime/region-name.js";
import { resumeFlow } from "../runtime/resume-flow.js";
import { runFlow } from "../runtime/run-flow.js";
import type { LoadedFlow, RunResult, RunSettings } from "../runtime/run-options.js";
import { type RegionResult, runRegion } from "../runtime/run-region.js";
import { startDecorators } from "../runtime/start-decorators.js";
import type { StartedRun } from "../runtime/started-run.js";
import { createArtifactLoader } from "../task/artifact-io.js";
import { type AttemptHooks, createInProcessPool } from "./in-process-launcher.js";

/** What a test may set for one run, resume or region. */
export interface InProcessOptions extends AttemptHooks {
  readonly maxWorkers?: number | undefined;
  readonly maxNumSplits?: number | undefined;
  readonly observer?: ((event: RunEvent) => void) | undefined;
  /** Options of decorators. */
  readonly given?: GivenByDecorator | undefined;
  readonly onRunId?: ((runId: string) => void) | undefined;
  readonly stop?: AbortSignal | undefined;
  readonly kill?: AbortSignal | undefined;
}

/** A flow that runs in this process, over a datastore in memory. */
export interface InProcess {
  readonly graph: FlowGraph;
  readonly datastore: Datastore;
  readonly store: RecordStore;
  run(options?: InProcessOptions): Promise<RunResult>;
  resume(options?: InProcessOptions & { originRunId?: string | null; fromStep?: string | null }): Promise<RunResult>;
  /** Registers a run whose regions are run one by one. */
  init(): Promise<string>;
  region(
    runId: string,
    place: Pick<RegionName, "entry"> & Partial<RegionName>,
    options?: InProcessOptions,
  ): Promise<RegionResult>;
  /** All committed records, by `step/task`. */
  records(runId: string): Promise<ReadonlyMap<string, TaskRecord>>;
  /** Their artifacts' values. */
  artifacts(runId: string): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
}

/** The flow over a datastore of its own, or over that of another version of its code. */
export function inProcess(definition: FlowDefinition, datastore = createMemoryDatastore()): InProcess {
  const { graph, flowAttachments } = attachDecorators(checkGraph(definition, null), definition, [], new Map());
  const flow = { ...loaded(definition, graph), decorators: flowAttachments };
  const started = (settings: Pick<RunSettings, "user" | "given">): Promise<StartedRun> =>
    startDecorators(flow, { ...settings, datastore, origin: null });
  const store = createRecordStore(datastore);
  const settings = (options: InProcessOptions): RunSettings => ({
    datastore,
    maxWorkers: options.maxWorkers ?? 4,
    maxNumSplits: options.maxNumSplits ?? 1000,
    maxLogSize: 1024,
    tags: [],
    user: "tester",
    given: options.given ?? nothingGiven,
    pool: createInProcessPool({ definition, datastore }, options),
    onRunId: options.onRunId,
    observer: options.observer ?? (() => {}),
    stop: options.stop ?? new AbortController().signal,
    kill: options.kill ?? new AbortController().signal,
  });
  const records = async (runId: string): Promise<ReadonlyMap<string, TaskRecord>> => {
    const found = new Map<string, TaskRecord>();
    for (const step of await store.listSteps(graph.flow, runId)) {
      for (const task of await store.listTasks(graph.flow, runId, step)) {
        const record = await store.readTask(graph.flow, runId, step, task);
        if (record !== null) found.set(`${step}/${task}`, record);
      }
    }
    return found;
  };
  return {
    graph,
    datastore,
    store,
    async run(options = {}) {
      const around = settings(options);
      return runFlow({ ...around, flow, started: await started(around), parameters: {} });
    },
    resume: ({ originRunId = null, fromStep = null, ...options } = {}) =>
      resumeFlow({ ...settings(options), flow, originRunId, fromStep }),
    async init() {
      const around = { user: null, given: nothingGiven };
      return initRun({
        ...{ ...around, datastore, flow, parameters: {}, tags: [], runId: null },
        started: await started(around),
      });
    },
    region: (runId, place, options = {}) =>
      runRegion({
        ...{ ...settings(options), flow: graph.flow, runId },
        ...{ steps: null, until: null, address: "", items: null, ...place },
      }),
    records,
    async artifacts(runId) {
      const loader = createArtifactLoader(createBlobStore(datastore), createSerializerSet(definition.serializers));
      const values = [...(await records(runId))].map(([name, { artifacts }]) => {
        const loadedValues = Object.entries(artifacts).map(([field, ref]) => [field, loader.load(field, ref)]);
        return [name, Object.fromEntries(loadedValues)] as const;
      });
      return new Map(values);
    },
  };
}

/** The class is at hand: nothing ever evaluates the bundle. */
function loaded(definition: FlowDefinition, graph: FlowGraph): Omit<LoadedFlow, "decorators"> {
  const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
  const bundle = { entry: "/flow.ts", root: "/", code: "", map, sha256: "", modules: {} };
  return { definition, graph, bundle, exportName: "default", file: "flow.ts" };
}
