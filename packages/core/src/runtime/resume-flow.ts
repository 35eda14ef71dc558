import type { RecordStore } from "../contracts/record-store.js";
import type { RunRecord } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import { createRecordStore } from "../datastore/record-store.js";
import { errors } from "../errors/codes.js";
import { currentProcess } from "../metadata/process-identity.js";
import { nearestNames } from "../util/nearest.js";
import { carryOver } from "./carry-over.js";
import { driveRun } from "./drive-run.js";
import { givenAgain } from "./given-options.js";
import { originsOf } from "./origins.js";
import { registerRun } from "./register-run.js";
import type { LoadedFlow, ResumeRequest, RunResult } from "./run-options.js";
import { startDecorators } from "./start-decorators.js";
import type { StartedRun } from "./started-run.js";
import { unlessStopped } from "./unless-stopped.js";

/** Runs whose ids an error may suggest: the newest ones. */
const SUGGESTED = 100;

/**
 * Runs a flow again with what an earlier run finished: a new run, with the origin's parameters and today's code.
 *
 * @throws RESUME_NOTHING, RUN_UNKNOWN, RESUME_STEP_UNKNOWN, RESUME_PARAMETER_MISSING, RUN_NOT_STARTED; then nothing is left behind
 */
export async function resumeFlow(request: ResumeRequest): Promise<RunResult> {
  const { flow, datastore, tags, user, fromStep } = request;
  const { graph } = flow;
  if (fromStep !== null && graph.steps[fromStep] === undefined) {
    throw errors.RESUME_STEP_UNKNOWN({ step: fromStep, flow: graph.flow, steps: Object.keys(graph.steps) });
  }
  const finding = findOrigin(createRecordStore(datastore), graph.flow, request.originRunId);
  const origin = await unlessStopped(finding, request.stop);
  const given = givenAgain(request.given, origin.given);
  const started = await startDecorators(flow, { datastore, user, given, origin, stop: request.stop });
  checkParameters(flow, origin, started);
  const observer = withWarnings(request, origin);
  const maxNumSplits = Math.max(request.maxNumSplits, origin.maxNumSplits ?? 0);
  const registered = await registerRun({
    datastore,
    flow,
    tags,
    user,
    started,
    given,
    origin: { runId: origin.runId, step: fromStep },
    owner: currentProcess(),
    maxNumSplits,
    runId: null,
    stop: request.stop,
    parameters: { refs: origin.parameters, values: { ...defaultsOf(flow), ...started.parameters } },
  });
  const { records, run } = registered;
  const origins = await originsOf(records, graph, origin, fromStep);
  const finished = carryOver({ records, graph, origins, runId: run.runId, observer });
  return driveRun(flow, { ...request, maxNumSplits, observer }, registered, finished);
}

/** Tells, in its place among the events, what may not be what was meant. */
function withWarnings({ observer, flow, originRunId, fromStep }: ResumeRequest, origin: RunRecord): RunObserver {
  const name = `${origin.flow}/${origin.runId}`;
  const warn = (message: string): void => observer({ type: "run.warning", at: Date.now(), message });
  return (event) => {
    const isIdle = event.type === "run.finished" && event.status === "successful" && event.counts.successful === 0;
    if (isIdle && fromStep === null) {
      warn(`Nothing was left to run after ${name}; name a step to run it and what follows again: resume <step>.`);
    }
    observer(event);
    if (event.type !== "run.started" || originRunId !== null || origin.code.entry === flow.bundle.entry) return;
    warn(
      `${name}, the newest run of the flow, is of another file: ${origin.code.entry}. This is ${flow.bundle.entry}. ` +
        "Name the run that is meant with --origin-run-id.",
    );
  };
}

async function findOrigin(records: RecordStore, flow: string, wanted: string | null): Promise<RunRecord> {
  const runId = wanted ?? (await records.listRuns(flow, { limit: 1 })).items[0];
  if (runId === undefined) throw errors.RESUME_NOTHING({ flow }, { where: { flow } });
  const record = await records.readRun(flow, runId);
  if (record !== null) return record;
  const { items } = await records.listRuns(flow, { limit: SUGGESTED });
  throw errors.RUN_UNKNOWN({ flow, runId, nearest: nearestNames(runId, items) }, { where: { flow, run: runId } });
}

/** A parameter that the code did not have then must have a default now: a resume takes no values. */
function checkParameters({ definition, graph }: LoadedFlow, origin: RunRecord, { parameters }: StartedRun): void {
  const missing = Object.values(definition.parameters).find(
    ({ field, required }) => required && origin.parameters[field] === undefined && parameters[field] === undefined,
  );
  if (missing === undefined) return;
  throw errors.RESUME_PARAMETER_MISSING(
    { parameter: missing.option, runId: origin.runId },
    { where: { flow: graph.flow, parameter: missing.field } },
  );
}

/** For parameters that the code did not have yet when the origin ran. */
function defaultsOf({ definition }: LoadedFlow): Readonly<Record<string, unknown>> {
  const withDefault = Object.entries(definition.parameters).filter(([, { hasDefault }]) => hasDefault);
  return Object.fromEntries(withDefault.map(([name, parameter]) => [name, parameter.default]));
}
