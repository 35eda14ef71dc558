import type { Run, Trigger } from "@metaflow-ts/core/client";
import {
  defineFlowDecorator,
  type EventTrigger,
  type FlowDecoratorFactory,
  type FlowSite,
} from "@metaflow-ts/core/plugin";
import type * as v from "valibot";
import { currentTrigger } from "./current-trigger.js";
import { errors } from "./errors.js";
import { type EventName, type EventOption, readEvent } from "./event-options.js";
import { parametersFrom, parseEvent } from "./event-payload.js";
import { type DeployOptions, oneOrMany } from "./one-or-many.js";

declare module "@metaflow-ts/core" {
  interface Current {
    /** What started the run; undefined where nothing but somebody did. */
    readonly trigger?: Trigger<Run>;
  }
}

/** Options of `@trigger`: `event` or `events` must be given. */
export type TriggerOptions = One | Several;

interface One extends Deployed {
  readonly event: EventOption;
  readonly events?: undefined;
}

interface Several extends Deployed {
  readonly event?: undefined;
  /** All of them have to happen. */
  readonly events: readonly EventOption[];
}

interface Deployed {
  /** For the place where the flow is deployed. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The same, completed: what deployers read. */
export interface TriggerAttributes extends DeployOptions {
  readonly events: readonly EventTrigger[];
}

const schema = oneOrMany("event", "events", readEvent) as v.GenericSchema<TriggerOptions, TriggerAttributes>;

/**
 * Starts a deployed flow when events happen, and gives it parameters from what they carry.
 *
 * ```ts
 * @trigger({ event: { name: "data.arrived", parameters: { table: "table_name" } } })
 * export default class IngestFlow extends FlowSpec {
 *   @parameter() table = "orders";
 * ```
 *
 * To try it: `metaflow ingest.ts run --trigger-event 'data.arrived={"table_name": "items"}'`.
 */
export const trigger: FlowDecoratorFactory<TriggerOptions, TriggerAttributes> = defineFlowDecorator({
  name: "trigger",
  contract: 1,
  options: schema,
  cliOptions: {
    "trigger-event": {
      kind: "list",
      placeholder: "name={json}",
      help: "an event that the run is to see as what started it",
    },
  },
  check: ({ events }, site) =>
    unknownParameter(events, site) ?? doubleParameter(events) ?? withoutProject(events, site),
  start({ events }, { given, parameters, origin }) {
    // A resumed run has what started its origin.
    if (origin !== undefined) return {};
    const now = Date.now();
    const happened = ((given["trigger-event"] ?? []) as readonly string[]).map((text, k) => {
      const record = parseEvent(text, now + k);
      const found = events.find(({ name }) => name === record.name);
      if (found !== undefined) return { trigger: found, record };
      throw errors.TRIGGER_EVENT_UNKNOWN({ event: record.name, known: events.map(({ name }) => name) });
    });
    return { triggers: happened.map(({ record }) => record), parameters: parametersFrom(happened, parameters) };
  },
  current: currentTrigger,
});

/**
 * The name of an event of the flow's own project and branch, `mfns.<project>.<branch>.<name>`: what happens in one
 * branch starts nothing in another.
 */
export function namespacedEventName(name: string): EventName {
  return { name, namespaced: true };
}

function unknownParameter(events: readonly EventTrigger[], { parameters }: FlowSite): string | null {
  const known = Object.keys(parameters);
  for (const { name, parameters: mapping } of events) {
    const wrong = Object.keys(mapping ?? {}).find((parameter) => !known.includes(parameter));
    if (wrong === undefined) continue;
    const there = known.length === 0 ? "it has none" : `there are ${known.join(", ")}`;
    return `event '${name}' gives a value to the parameter '${wrong}', which the flow does not have; ${there}`;
  }
  return null;
}

function doubleParameter(events: readonly EventTrigger[]): string | null {
  const givers = new Map<string, string>();
  for (const { name, parameters } of events) {
    for (const parameter of Object.keys(parameters ?? {})) {
      const other = givers.get(parameter);
      if (other !== undefined) return `both '${other}' and '${name}' give a value to the parameter '${parameter}'`;
      givers.set(parameter, name);
    }
  }
  return null;
}

function withoutProject(events: readonly EventTrigger[], { graph }: FlowSite): string | null {
  const namespaced = events.find((event) => event.namespaced);
  if (namespaced === undefined || graph.decorators.some(({ name }) => name === "project")) return null;
  return `the name of event '${namespaced.name}' is one of a project, and the flow has no @project`;
}
