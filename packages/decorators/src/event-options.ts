import type { EventTrigger } from "@metaflow-ts/core/plugin";
import { FUNCTION, isRecord } from "./one-or-many.js";

/** An event by its name, or with what its payload gives to parameters. */
export type EventOption = string | EventName | EventWithParameters;

/** A name within project and branch; see `namespacedEventName`. */
export interface EventName {
  readonly name: string;
  readonly namespaced: boolean;
}

export interface EventWithParameters {
  readonly name: string | EventName;
  /**
   * Fields of the payload, by the parameter that gets them; or a list of names that both have, and of pairs of the
   * two. Null: each parameter gets the field of its own name, which is the default where there is one event only.
   */
  readonly parameters?: ParameterMapping | null | undefined;
  readonly namespaced?: boolean | undefined;
}

export type ParameterMapping = Readonly<Record<string, string>> | readonly (string | readonly [string, string])[];

/** Reads an event in any of its forms. */
export function readEvent(given: unknown, isOnly: boolean): EventTrigger | string {
  const byName = typeof given === "string" ? { name: given } : given;
  if (!isRecord(byName)) return "must be the name of an event, or an object with 'name' and 'parameters'";
  const unknown = Object.keys(byName).find((key) => !["name", "parameters", "namespaced"].includes(key));
  if (unknown !== undefined) return `has '${unknown}', and may have 'name' and 'parameters'`;
  const { name, namespaced } = isRecord(byName.name) ? byName.name : byName;
  if (typeof name !== "string" || name === "") return "must have the event's name as 'name'";
  const parameters = readMapping(byName.parameters, isOnly);
  return typeof parameters === "string" ? parameters : { name, namespaced: namespaced === true, parameters };
}

/** A text is a problem. Of several events each says what it gives, so that none gives what it is not meant to. */
function readMapping(given: unknown, isOnly: boolean): Readonly<Record<string, string>> | null | string {
  if (given === null) return null;
  if (given === undefined) return isOnly ? null : {};
  if (typeof given === "function") return `its 'parameters' are a function, and ${FUNCTION}`;
  const pairs = Array.isArray(given) ? given.map(pairOf) : isRecord(given) ? Object.entries(given) : null;
  if (pairs === null) return "must have an object or a list as 'parameters'";
  const mapping: Record<string, string> = {};
  for (const [k, pair] of pairs.entries()) {
    const [parameter, field] = pair ?? [];
    if (typeof parameter !== "string" || typeof field !== "string" || parameter === "" || field === "") {
      return `must have names of a parameter and of a field in 'parameters', and has ${show(given, k)}`;
    }
    if (Object.hasOwn(mapping, parameter)) return `gives parameter '${parameter}' a value twice`;
    mapping[parameter] = field;
  }
  return mapping;
}

function pairOf(item: unknown): readonly unknown[] | null {
  if (typeof item === "string") return [item, item];
  return Array.isArray(item) && item.length === 2 ? item : null;
}

function show(given: object, k: number): string {
  return String(JSON.stringify(Array.isArray(given) ? given[k] : Object.entries(given)[k]));
}
