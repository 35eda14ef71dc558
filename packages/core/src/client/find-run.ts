import { errors } from "../errors/codes.js";
import { nearestNames } from "../util/nearest.js";
import type { Reader } from "./reader.js";
import { type RunContext, readRunContext } from "./run-context.js";

/** Runs whose ids an error may suggest: the newest ones. */
const SUGGESTED = 100;

/** @throws MF_NO_SUCH_RUN, MF_NO_SUCH_FLOW, MF_NO_RUN_YET */
export async function findRun(reader: Reader, flow: string, id: string): Promise<RunContext> {
  const found = await readRunContext(reader, flow, id);
  if (found !== null) return found;
  const { items } = await reader.records.listRuns(flow, { limit: SUGGESTED });
  if (items.length === 0) throw await nothingOf(reader, flow, "run");
  throw errors.NO_SUCH_RUN({ flow, run: id, nearest: nearestNames(id, items) });
}

/** Why a flow has nothing of the kind. */
export async function nothingOf({ records, root }: Reader, flow: string, kind: string): Promise<Error> {
  const names = await records.listFlows();
  if (names.includes(flow)) return errors.NO_RUN_YET({ flow, root, kind });
  return errors.NO_SUCH_FLOW({ flow, root, nearest: nearestNames(flow, names) });
}
