import type { Page, PageOptions } from "../contracts/record-store.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { readFiltered, STOP } from "./filtered-page.js";
import { findRun, nothingOf } from "./find-run.js";
import { Listing } from "./listing.js";
import { PARALLEL_READS, type Reader } from "./reader.js";
import { Run } from "./run.js";
import { type RunContext, readListedRun } from "./run-context.js";
import type { AnyFlow, RunQuery } from "./types.js";

/** Runs that are looked through at a time where some may not be wanted. */
const SCAN = 100;

/** A flow by its name; nothing is read before it is asked for. */
export class Flow<F = AnyFlow> {
  readonly name: string;
  readonly #reader: Reader;

  /** @internal */
  constructor(reader: Reader, name: string) {
    this.#reader = reader;
    this.name = name;
  }

  /**
   * The run that started last.
   *
   * @throws MF_NO_SUCH_FLOW, MF_NO_RUN_YET, MF_RECORD_CORRUPT
   */
  async latestRun(): Promise<Run<F>> {
    const run = await this.#first({}, "run");
    // What a list can show of a damaged run is of no use alone.
    return run.status === "unreadable" ? this.run(run.id) : run;
  }

  /**
   * The successful run that started last.
   *
   * @throws MF_NO_SUCH_FLOW, MF_NO_RUN_YET
   */
  latestSuccessfulRun(): Promise<Run<F>> {
    return this.#first({ status: "successful" }, "successful run");
  }

  /**
   * A run by its id; `latest` means the newest.
   *
   * @throws MF_NO_SUCH_RUN, MF_NO_SUCH_FLOW, MF_NO_RUN_YET
   */
  async run(id: string): Promise<Run<F>> {
    if (id === "latest") return this.latestRun();
    return new Run(await findRun(this.#reader, this.name, id));
  }

  /**
   * Runs, newest first. Empty for a flow that never ran. A run whose record is damaged is `unreadable`, its `failure` says
   * why; it is left out where a status or tags are asked for.
   */
  runs(query: RunQuery = {}): Listing<Run<F>> {
    return new Listing(async (limit, cursor) => this.#page(query, limit, cursor), query);
  }

  async #page(query: RunQuery, limit: number, cursor: string | undefined): Promise<Page<Run<F>>> {
    const { records } = this.#reader;
    const isFiltered = query.status !== undefined || query.tags !== undefined || query.until !== undefined;
    const source = {
      pageSize: isFiltered ? SCAN : limit,
      list: (options: PageOptions) => records.listRuns(this.name, options),
      load: (groups: readonly (readonly string[])[]) =>
        mapBounded(groups.flat(), PARALLEL_READS, async (id) => {
          const run = await readListedRun(this.#reader, this.name, id);
          return run === null ? null : select<F>(run, query);
        }),
    };
    return readFiltered(source, limit, cursor);
  }

  async #first(query: RunQuery, kind: string): Promise<Run<F>> {
    const { items } = await this.#page(query, 1, undefined);
    const [run] = items;
    if (run === undefined) throw await nothingOf(this.#reader, this.name, kind);
    return run;
  }
}

function select<F>(run: RunContext, { status, tags = [], since, until }: RunQuery): Run<F> | null | typeof STOP {
  const { record } = run;
  // Of a damaged run nothing is known that could be compared.
  if (run.damage !== null) {
    const fits = status === undefined ? tags.length === 0 : [status].flat().includes("unreadable");
    return fits ? new Run(run) : null;
  }
  // The list goes from new to old: all that follows began even earlier.
  if (since !== undefined && record.startedAt < since.getTime()) return STOP;
  if (until !== undefined && record.startedAt >= until.getTime()) return null;
  if (status !== undefined && ![status].flat().includes(run.status)) return null;
  const hasTag = (tag: string) => record.tags.includes(tag) || record.systemTags.includes(tag);
  return tags.every(hasTag) ? new Run(run) : null;
}
