import type { FlowGraph } from "../contracts/graph.js";
import type { TaskAddress } from "../contracts/pathspec.js";
import { errors } from "../errors/codes.js";
import { type Region, stepOf, stepsUntil } from "./region.js";

/** A region as a command names it. */
export interface RegionName {
  readonly entry: string;
  /** The steps of the region; null: all from the entry to before `until`. */
  readonly steps: readonly string[] | null;
  /** Null: to the end of the flow, or of the foreach body that the address names. */
  readonly until: string | null;
  /** As in a task's id, `i3-r0`; empty outside of every foreach and loop. */
  readonly address: string;
  /** From the first to before the last item. */
  readonly items: { readonly from: number; readonly to: number } | null;
}

/**
 * The region that a name stands for; whether it is one is another question.
 *
 * @throws STEP_NOT_FOUND, REGION_INVALID
 */
export function regionOf(graph: FlowGraph, { entry, steps, until, address, items }: RegionName): Region {
  stepOf(graph, entry);
  for (const name of [...(steps ?? []), ...(until === null ? [] : [until])]) stepOf(graph, name);
  const frames = parseAddress(graph, entry, address);
  if (steps !== null) return { entry, address: frames, items, steps: new Set(steps) };
  const found = stepsUntil(graph, entry, until, frames.length + (items === null ? 0 : 1));
  if (until !== null && ![...found].some((name) => stepOf(graph, name).next.includes(until))) {
    throw errors.REGION_INVALID({ entry, reason: `no way leads from it to '${until}', before which it is to end` });
  }
  return { entry, address: frames, items, steps: found };
}

/** The leading part of a task's id: it may name fewer frames than the step has. */
function parseAddress(graph: FlowGraph, entry: string, text: string): TaskAddress {
  if (text === "" || text === "0") return [];
  const { scope } = stepOf(graph, entry);
  return text.split("-").map((part, k) => {
    const letter = scope[k]?.kind === "foreach" ? "i" : "r";
    const number = Number(part.slice(1));
    if (scope[k] === undefined || part !== `${letter}${number}` || !Number.isSafeInteger(number)) {
      throw errors.REGION_INVALID({ entry, reason: `'${text}' is no address of its tasks` });
    }
    return number;
  });
}
