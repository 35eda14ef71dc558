import type { EventTrigger, FlowSite, TriggerRecord } from "@metaflow-ts/core/plugin";
import { errors } from "./errors.js";
import { isRecord } from "./one-or-many.js";

/** An event that is said to have happened: `name`, or `name={"field": "value"}`. @throws MFD_TRIGGER_EVENT_INVALID */
export function parseEvent(text: string, at: number): TriggerRecord {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  const payload = equals === -1 ? {} : parsePayload(text, text.slice(equals + 1));
  if (name === "") throw errors.TRIGGER_EVENT_INVALID({ text, problem: "it has no name" });
  return { type: "event", name, id: `local-${at}`, at, payload };
}

function parsePayload(text: string, json: string): Readonly<Record<string, unknown>> {
  let payload: unknown;
  try {
    payload = JSON.parse(json);
  } catch (error) {
    throw errors.TRIGGER_EVENT_INVALID({ text, problem: `its payload is not JSON: ${(error as Error).message}` });
  }
  if (!isRecord(payload)) throw errors.TRIGGER_EVENT_INVALID({ text, problem: "its payload is not an object" });
  return payload;
}

/** The parameter that gets each field of the payload. */
function mappingOf(
  { parameters: mapping }: EventTrigger,
  parameters: FlowSite["parameters"],
): Readonly<Record<string, string>> {
  return mapping ?? Object.fromEntries(Object.keys(parameters).map((name) => [name, name]));
}

/**
 * What the events give to parameters; of two that give the same the later one counts, and what a payload lacks is left
 * to the parameter's default.
 */
export function parametersFrom(
  happened: readonly { readonly trigger: EventTrigger; readonly record: TriggerRecord }[],
  parameters: FlowSite["parameters"],
): Readonly<Record<string, unknown>> {
  const values = happened.flatMap(({ trigger, record: { payload } }) =>
    Object.entries(mappingOf(trigger, parameters))
      .filter(([, field]) => Object.hasOwn(payload, field))
      .map(([parameter, field]) => [parameter, payload[field]]),
  );
  return Object.fromEntries(values);
}
