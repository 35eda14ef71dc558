import { spawn } from "node:child_process";
import { type Environment, PROVIDER_VARIABLE, readEnvironment } from "../config/env.js";
import type { Datastore } from "../contracts/datastore.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { RunRecord } from "../contracts/records.js";
import { locationOf } from "../datastore/open-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { taskId } from "../graph/addresses.js";
import { coreProgramPath } from "../packaging/core-entry.js";
import type { TaskSpec } from "../task/task-context.js";
import { readResult } from "./attempt-result.js";
import { createOrphanGuard } from "./orphan-guard.js";
import { killGroup, stopGroup, stopGroupAtOnce } from "./process-group.js";
import type { RunSettings } from "./run-options.js";
import { createStreamLines } from "./stream-lines.js";
import type { AttemptEnd, AttemptListener, LaunchedAttempt, TaskLauncher } from "./task-launcher.js";
import { waitForEnd } from "./worker-process.js";

/** A process that is told to end at once has this long to end its worker before it is killed itself, in ms. */
const LAST_GRACE = 1000;

/**
 * Runs each attempt by the `step` command, in processes that get nothing but the datastore and the ids: what every
 * other place does too.
 */
export function createProcessLauncher(
  settings: Pick<RunSettings, "datastore" | "maxLogSize">,
  run: RunRecord,
  graph: FlowGraph,
): TaskLauncher {
  const records = createRecordStore(settings.datastore);
  const running = new Set<number>();
  const guard = createOrphanGuard();

  const endOf = async (
    spec: TaskSpec,
    task: string,
    death: { code: number | null; signal: NodeJS.Signals | null },
  ): Promise<AttemptEnd> => {
    const committed = await readResult({ graph, records, runId: run.runId }, spec);
    if (committed?.transition != null) return { status: "successful", transition: committed.transition };
    const failed = await records.readFailedAttempt(run.flow, run.runId, spec.step, task, spec.attempt);
    if (failed?.error != null) return { status: "failed", error: failed.error };
    return { status: "died", death: { ...death, outOfMemory: false, exitStack: [] } };
  };
  const endNow = (pid: number | undefined): void => {
    if (pid === undefined || !running.has(pid)) return;
    stopGroupAtOnce(pid);
    setTimeout(() => running.has(pid) && killGroup(pid), LAST_GRACE).unref();
  };
  return {
    keepsLog: true,
    launch(spec: TaskSpec, listener: AttemptListener): LaunchedAttempt {
      const task = taskId(graph, spec.step, spec.address);
      const child = spawn(process.execPath, [coreProgramPath("bin"), ...commandLine(settings, run, spec, task)], {
        env: environmentOf(settings.datastore),
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const { pid } = child;
      if (pid !== undefined) running.add(pid);
      guard.add(pid);
      listener.onStart(pid ?? null);
      const streams = (["stdout", "stderr"] as const).map((name) => {
        const lines = createStreamLines((text, terminated) => listener.onLine(name, text, terminated));
        const stream = child[name];
        stream.on("data", (bytes: Buffer) => lines.push(bytes));
        return [lines, stream] as const;
      });
      const ended = waitForEnd(child, streams).then((death) => {
        if (pid !== undefined) running.delete(pid);
        guard.remove(pid);
        return endOf(spec, task, death);
      });
      return { ended, stop: () => stopGroup(pid), kill: () => endNow(pid) };
    },
    async close() {
      for (const pid of running) killGroup(pid);
    },
  };
}

/** The provider's module goes along: the process may be started where the project's plugins are not found. */
function environmentOf(datastore: Datastore): Environment {
  const { module } = locationOf(datastore);
  return { ...readEnvironment(), ...(module !== undefined && { [PROVIDER_VARIABLE]: module }) };
}

function commandLine(
  { datastore, maxLogSize }: Pick<RunSettings, "datastore" | "maxLogSize">,
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
  ];
}

function gangOptions({ gang }: TaskSpec): readonly string[] {
  if (gang === undefined) return [];
  return ["--gang-start", gang.id, "--main-ip", gang.mainIp, "--main-port", String(gang.mainPort)];
}
