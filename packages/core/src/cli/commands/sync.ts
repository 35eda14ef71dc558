import type { Run } from "../../client/run.js";
import { isMetaflowError } from "../../errors/metaflow-error.js";
import { defineCommand } from "../command.js";
import { ExitCode } from "../exit-code.js";
import { integerOption } from "../option-spec.js";
import { copyOptions, openCopier, showCopied } from "../reading/copy-target.js";
import { openClient } from "../reading/open-client.js";

const OF_STORES: ReadonlySet<string> = new Set(["MF_DATASTORE_DENIED", "MF_DATASTORE_BROKEN"]);

export const syncCommand = defineCommand({
  arguments: [{ syntax: "[flow]", help: "the flow's name; where neither it nor a file is given, all flows" }],
  options: {
    ...copyOptions,
    limit: integerOption("--limit <n>", { help: "the newest so many runs of each flow", min: 1 }),
  },
  async run(context) {
    const { args, options, output } = context;
    const copier = await openCopier(context, "sync");
    const { client } = await openClient(context);
    const named = args[0] ?? (context.flowReference === null ? undefined : (await context.definition()).name);
    const flows = named === undefined ? (await client.flows()).map(({ name }) => name) : [named];
    const done = new Set<string>();
    let failed = 0;
    let found = 0;
    const copy = async ({ flowName, id, pathspec, status }: Run): Promise<void> => {
      if (status === "running") {
        output.note(`${pathspec} is passed by: it has not ended`);
        return;
      }
      for (const copied of await copier.copy(flowName, id)) {
        const name = `${copied.flow}/${copied.runId}`;
        // A run that others resumed comes along with each of them.
        if (!done.has(name)) showCopied(context, copied);
        done.add(name);
      }
    };
    for (const flow of flows) {
      for await (const run of client.flow(flow).runs(options.limit === undefined ? {} : { limit: options.limit })) {
        found += 1;
        try {
          await copy(run);
        } catch (error) {
          // One damaged run does not keep the others from being copied; a store that denies or breaks does.
          if (!isMetaflowError(error) || OF_STORES.has(error.code)) throw error;
          failed += 1;
          output.note(`${run.pathspec} is not copied: ${error.message} (${error.code})`);
        }
      }
    }
    // Throws: it says what there is in place of the flow that was named.
    if (found === 0 && named !== undefined) await client.flow(named).latestRun();
    if (found === 0) output.note(`Nothing has run yet in ${(await context.datastore()).root}`);
    return failed === 0 ? undefined : ExitCode.failed;
  },
});
