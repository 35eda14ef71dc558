import {
  defineFlowDecorator,
  type FlowDecoratorFactory,
  type FlowStart,
  type FlowTrigger,
  type TriggerRecord,
} from "@metaflow-ts/core/plugin";
import type * as v from "valibot";
import { currentTrigger } from "./current-trigger.js";
import { errors } from "./errors.js";
import { type FlowOption, readFlow } from "./finished-flow-options.js";
import { type DeployOptions, oneOrMany } from "./one-or-many.js";

/** Options of `@triggerOnFinish`: `flow` or `flows` must be given. */
export type TriggerOnFinishOptions = One | Several;

interface One extends Deployed {
  readonly flow: FlowOption;
  readonly flows?: undefined;
}

interface Several extends Deployed {
  readonly flow?: undefined;
  /** All of them have to succeed. */
  readonly flows: readonly FlowOption[];
}

interface Deployed {
  /** For the place where the flow is deployed. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The same, completed: what deployers read. */
export interface TriggerOnFinishAttributes extends DeployOptions {
  readonly flows: readonly FlowTrigger[];
}

const schema = oneOrMany("flow", "flows", readFlow) as v.GenericSchema<
  TriggerOnFinishOptions,
  TriggerOnFinishAttributes
>;

/**
 * Starts a deployed flow when runs of others succeed. `current.trigger.run` is the one that started it.
 *
 * ```ts
 * @triggerOnFinish({ flow: "IngestFlow" })
 * export default class TrainFlow extends FlowSpec { … }
 * ```
 *
 * To try it: `metaflow train.ts run --trigger IngestFlow/1700000000000000`.
 */
export const triggerOnFinish: FlowDecoratorFactory<TriggerOnFinishOptions, TriggerOnFinishAttributes> =
  defineFlowDecorator({
    name: "triggerOnFinish",
    contract: 1,
    options: schema,
    cliOptions: {
      trigger: { kind: "list", placeholder: "Flow/run", help: "a run that this one is to see as what started it" },
    },
    async start({ flows }, { given, origin, datastore }) {
      // A resumed run has what started its origin.
      if (origin !== undefined) return {};
      const pathspecs = (given.trigger ?? []) as readonly string[];
      return { triggers: await Promise.all(pathspecs.map((pathspec) => finishedRun(pathspec, flows, datastore))) };
    },
    current: currentTrigger,
  });

/** @throws MFD_TRIGGER_RUN_INVALID, MFD_TRIGGER_FLOW_UNKNOWN, MFD_TRIGGER_RUN_NOT_SUCCESSFUL; MF_NO_SUCH_RUN and the like */
async function finishedRun(
  pathspec: string,
  flows: readonly FlowTrigger[],
  datastore: FlowStart["datastore"],
): Promise<TriggerRecord> {
  const [flow = "", runId = "", ...rest] = pathspec.split("/");
  if (flow === "" || runId === "" || rest.length > 0) throw errors.TRIGGER_RUN_INVALID({ pathspec });
  const known = flows.map(({ name }) => name);
  if (!known.includes(flow)) throw errors.TRIGGER_FLOW_UNKNOWN({ flow, known });
  const { createClient } = await import("@metaflow-ts/core/client");
  const { status, startedAt, finishedAt } = await (await createClient({ datastore })).run(pathspec);
  if (status !== "successful") throw errors.TRIGGER_RUN_NOT_SUCCESSFUL({ pathspec, status });
  return { type: "run", name: flow, id: pathspec, at: (finishedAt ?? startedAt).getTime(), payload: {} };
}
