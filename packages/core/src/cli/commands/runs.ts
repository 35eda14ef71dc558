import type { Client } from "../../client/client.js";
import type { Run } from "../../client/run.js";
import type { RunQuery } from "../../client/types.js";
import type { Page } from "../../contracts/record-store.js";
import { errors } from "../../errors/codes.js";
import { type CommandContext, defineCommand } from "../command.js";
import { showDuration } from "../display/duration.js";
import { errorLines } from "../display/run-summary.js";
import { ExitCode } from "../exit-code.js";
import { integerOption, listOption, textOption } from "../option-spec.js";
import type { Colors } from "../output.js";
import { openClient, type ReadingContext } from "../reading/open-client.js";
import { statusOption, timeOption } from "../reading/query-options.js";
import { runJson } from "../reading/run-json.js";
import { showStatus, showTime } from "../reading/show-status.js";
import { alignColumns } from "../reading/table.js";
import { newestFirst, readTarget } from "../reading/target.js";

const listOptions = {
  status: statusOption("--status <statuses>", { help: "running, successful, failed, cancelled, dead, unreadable" }),
  tag: listOption("--tag <tag>", { help: "runs with this tag; give it again for runs with both" }),
  since: timeOption("--since <time>", { help: "started then or later: 2026-01-02, 2026-01-02T03:04Z, 90m, 7d" }),
  until: timeOption("--until <time>", { help: "started before" }),
  limit: integerOption("--limit <n>", { help: "at most this many", min: 1, fallback: 20 }),
  cursor: textOption("--cursor <cursor>", { help: "continue where the page before ended" }),
};

export const runsCommand = defineCommand({
  arguments: [{ syntax: "[flow]", help: "the flow's name, where no file is given; all flows by default" }],
  options: listOptions,
  async run(context) {
    const { output, json } = context;
    const { client } = await openClient(context);
    const { tag, ...query } = context.options;
    const page = await readRuns(context, client, { ...query, tags: tag.length === 0 ? undefined : tag });
    const damaged = page.items.filter(({ status }) => status === "unreadable");
    const code = damaged.length === 0 ? undefined : ExitCode.failed;
    if (json) {
      output.json({ runs: page.items.map(runJson), cursor: page.cursor ?? null });
      return code;
    }
    if (page.items.length === 0) output.note(nothingFound(context));
    else for (const line of runTable(page.items, output.colors)) output.line(line);
    if (page.cursor !== undefined) output.note(`There are more: --cursor ${page.cursor}`);
    for (const { failure } of damaged) {
      if (failure !== null) output.note(errorLines(failure.error, output.noteColors).join("\n"));
    }
    return code;
  },
});

/** An empty list is an answer, not an error, whether a flow's file was named or not. */
function nothingFound({ options, hint, flowReference }: CommandContext<typeof listOptions>): string {
  const { status, tag, since, until, cursor } = options;
  const isAsked = [status, since, until, cursor].some((given) => given !== undefined) || tag.length > 0;
  if (isAsked) return "No such run.";
  const run = flowReference === null ? "metaflow <flow.ts> run" : hint("run");
  return `No runs yet. \`${run}\` makes one; --datastore-root says where others are kept.`;
}

/** Runs of the flow that is named, or of all flows. */
async function readRuns(
  context: ReadingContext,
  client: Client,
  query: RunQuery & { readonly limit: number },
): Promise<Page<Run>> {
  const [name] = context.args;
  const flows = name === undefined && context.flowReference === null ? await client.flows() : [];
  if (name === undefined && context.flowReference === null && flows.length === 0) {
    return { items: [], cursor: undefined };
  }
  if (flows.length > 1) {
    // Pages of several lists have no place in common to continue at.
    if (query.cursor !== undefined) throw errors.FLOW_NOT_NAMED({ flows: flows.map((flow) => flow.name) });
    const pages = await Promise.all(flows.map((flow) => flow.runs(query).page()));
    return { items: newestFirst(pages.flatMap(({ items }) => items)).slice(0, query.limit), cursor: undefined };
  }
  const { flow } = await readTarget(name, { least: 0, most: 0 }, context, client);
  const page = await client.flow(flow).runs(query).page();
  // A name that was typed may be misspelt; a flow whose file is there may just not have run.
  if (page.items.length === 0 && context.flowReference === null) await client.flow(flow).latestRun();
  return page;
}

function runTable(runs: readonly Run[], colors: Colors): readonly string[] {
  const head = ["run", "status", "started", "took", "user", "tags"].map((title) => colors.dim(title));
  const rows = runs.map((run) => [
    run.pathspec,
    showStatus(run.status, colors),
    run.startedAt.getTime() === 0 ? "" : showTime(run.startedAt),
    run.finishedAt === null ? "" : showDuration(run.finishedAt.getTime() - run.startedAt.getTime()),
    run.user ?? "",
    run.userTags.join(" "),
  ]);
  return alignColumns([head, ...rows]);
}
