import { readEnvironment } from "../../config/env.js";
import type { BackendAttempt } from "../../contracts/backend.js";
import type { Datastore } from "../../contracts/datastore.js";
import type { StepNode } from "../../contracts/graph.js";
import type { RecordStore } from "../../contracts/record-store.js";
import type { RunRecord } from "../../contracts/records.js";
import type { ResourceRequest } from "../../contracts/resources.js";
import { locationOf } from "../../datastore/open-datastore.js";
import { createSecretMask } from "../../secrets/secret-mask.js";
import type { TaskSpec } from "../../task/task-context.js";
import { stepOf } from "../region.js";
import type { ChosenBackend, LoadedFlow, RunSettings } from "../run-options.js";
import type { TaskLauncher } from "../task-launcher.js";
import { createBackendLauncher } from "./backend-launcher.js";
import { commandElsewhere, commandHere } from "./place-command.js";

type LaunchSettings = Pick<RunSettings, "datastore" | "maxLogSize" | "backends">;

/**
 * A launcher for every step: that of its backend, or the pool. Backends of one name share what they opened.
 *
 * @param makePool called where a step has no backend
 */
export function createStepLaunchers(
  settings: LaunchSettings,
  flow: LoadedFlow,
  run: RunRecord,
  records: RecordStore,
  makePool: () => TaskLauncher,
): TaskLauncher {
  const { backends = new Map<string, ChosenBackend>() } = settings;
  const byName = new Map<string, TaskLauncher>();
  for (const { backend } of backends.values()) {
    if (byName.has(backend.name)) continue;
    byName.set(
      backend.name,
      createBackendLauncher({
        ...{ graph: flow.graph, runId: run.runId, records, maxParallel: backend.capabilities.maxParallel },
        open: async () =>
          backend.open({
            ...{ flow: run.flow, runId: run.runId, code: run.code },
            datastore: locationOf(settings.datastore),
            environment: readEnvironment(),
          }),
        describe: (spec, task) => describeAttempt(settings, flow, run, spec, task),
      }),
    );
  }
  const everywhere = Object.keys(flow.graph.steps).every((step) => backends.has(step));
  const pool = everywhere ? undefined : makePool();
  const launcherOf = (step: string): TaskLauncher => {
    const chosen = backends.get(step);
    const launcher = chosen === undefined ? pool : byName.get(chosen.backend.name);
    if (launcher === undefined) throw new Error(`Step '${step}' has no place to run at.`);
    return launcher;
  };
  return {
    // Whatever runs at a backend takes its secrets out of what it writes by itself.
    mask: pool?.mask ?? createSecretMask(),
    keepsLog: (step) => launcherOf(step).keepsLog(step),
    launch: (spec, listener) => launcherOf(spec.step).launch(spec, listener),
    async close() {
      await Promise.all([...byName.values(), ...(pool === undefined ? [] : [pool])].map((each) => each.close()));
    },
  };
}

async function describeAttempt(
  settings: LaunchSettings,
  flow: LoadedFlow,
  run: RunRecord,
  spec: TaskSpec,
  task: string,
): Promise<BackendAttempt> {
  const { datastore, backends } = settings;
  const node = stepOf(flow.graph, spec.step);
  const words = wordsOf(settings, run, spec, task);
  const chosen = backends?.get(spec.step);
  const isElsewhere = chosen?.backend.capabilities.local === false;
  return {
    ...{ flow: run.flow, runId: run.runId, step: spec.step, task, attempt: spec.attempt, node, words },
    ...(isElsewhere ? await commandElsewhere(flow, datastore, node, words) : commandHere(datastore, words)),
    resources: resourcesOf(node),
    timeLimitMs: node.policy.timeLimitMs ?? null,
    options: chosen?.options ?? {},
  };
}

/** What the decorator `resources` of a step says. */
export function resourcesOf({ decorators }: StepNode): ResourceRequest | null {
  const attributes = decorators.find(({ name }) => name === "resources")?.attributes;
  return (attributes as ResourceRequest | undefined) ?? null;
}

function wordsOf(
  { datastore, maxLogSize }: LaunchSettings,
  run: RunRecord,
  spec: TaskSpec,
  task: string,
): readonly string[] {
  return [
    "step",
    `${run.flow}/${run.runId}/${spec.step}/${task}`,
    "--attempt",
    String(spec.attempt),
    ...(spec.fallback === true ? ["--fallback"] : []),
    ...gangOptions(spec),
    "--max-log-size",
    String(maxLogSize / (1024 * 1024)),
    "--datastore",
    datastore.name,
    "--datastore-root",
    datastore.root,
    ...metadataOptions(datastore),
  ];
}

function metadataOptions(datastore: Datastore): readonly string[] {
  const { metadata } = locationOf(datastore);
  return metadata === undefined ? [] : ["--metadata", metadata.name];
}

function gangOptions({ gang }: TaskSpec): readonly string[] {
  if (gang === undefined) return [];
  return ["--gang-start", gang.id, "--main-ip", gang.mainIp, "--main-port", String(gang.mainPort)];
}
