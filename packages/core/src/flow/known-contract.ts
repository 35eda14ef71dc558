import { errors } from "../errors/codes.js";
import { CORE_COPY, describeCopy } from "../util/core-copy.js";

/** What flows and decorators are made of, so that another copy of core can tell whether it understands them. */
const CONTRACT = 1;

/** The mark of this copy on what it makes. */
export const MADE_HERE = { contract: CONTRACT, core: CORE_COPY } as const;

/**
 * Refuses what a copy of core with another contract has made.
 *
 * @param what `decorator 'retry'`
 * @throws CORE_COPIES_DIFFER
 */
export function expectKnownContract(what: string, contract: unknown, core: string | undefined): void {
  if (contract === CONTRACT) return;
  const copies = { here: describeCopy(CORE_COPY), there: describeCopy(core) };
  throw errors.CORE_COPIES_DIFFER({ what, contract: String(contract), known: CONTRACT, ...copies });
}
