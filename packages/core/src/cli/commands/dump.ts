import type { Task } from "../../client/task.js";
import { errors } from "../../errors/codes.js";
import { nearestNames } from "../../util/nearest.js";
import { defineCommand } from "../command.js";
import { ExitCode } from "../exit-code.js";
import { flagOption, integerOption, listOption } from "../option-spec.js";
import { type DumpedArtifact, type DumpOptions, dumpJson, dumpLines, loadDump } from "../reading/dump-task.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { tasksOf } from "../reading/tasks-of.js";

/** Bytes of a value that are shown to people unless they ask for more. */
const SHOWN_SIZE = 1000;

export const dumpCommand = defineCommand({
  arguments: [{ syntax: "<pathspec>", help: "<run>/<step>[/<task>], after the flow's name where no file is given" }],
  options: {
    include: listOption("--include <names>", { help: "only these artifacts, separated by commas" }),
    private: flagOption("--private", { help: "artifacts whose names begin with _, too" }),
    maxValueSize: integerOption("--max-value-size <bytes>", {
      help: "leave out larger values; 0: names only",
      fallbackText: `${SHOWN_SIZE}, no limit with --json`,
    }),
  },
  async run(context) {
    const { output, json } = context;
    const { client, serializers } = await openClient(context);
    const target = await readTarget(context.args[0], { least: 2, most: 3 }, context, client);
    const options = dumpOptions(context.options, json);
    const seen = new Set<string>();
    const failures: DumpedArtifact[] = [];
    let tasks = 0;
    let last: Task | undefined;
    try {
      for await (const task of tasksOf(client, target)) {
        const dumped = await loadDump(task, options);
        failures.push(...dumped.filter(({ error }) => error !== undefined));
        for (const { artifact } of dumped) seen.add(artifact.name);
        if (json)
          output.write(`${tasks === 0 ? '{"tasks":[' : ","}${JSON.stringify(dumpJson(task, dumped, serializers))}`);
        else {
          if (tasks > 0) output.line();
          for (const line of dumpLines(task, dumped, output.colors, options.maxValueSize)) output.line(line);
        }
        tasks += 1;
        last = task;
        await output.flush();
      }
    } finally {
      // Also where the next task cannot be read: what was printed stays a document, and the error follows on its own line.
      if (json && tasks > 0) output.line("]}");
    }
    if (last !== undefined) checkIncluded(options, seen, last);
    for (const { error } of failures)
      output.note(`${output.noteColors.red("Error")} ${error?.code}: ${error?.message}`);
    return failures.length === 0 ? undefined : ExitCode.failed;
  },
});

function dumpOptions(
  given: { include: readonly string[]; private: boolean; maxValueSize: number | undefined },
  json: boolean,
): DumpOptions {
  const names = given.include.flatMap((text) => text.split(",")).map((name) => name.trim());
  return {
    include: given.include.length === 0 ? null : names.filter((name) => name !== ""),
    private: given.private,
    maxValueSize: given.maxValueSize ?? (json ? Number.POSITIVE_INFINITY : SHOWN_SIZE),
  };
}

/** A name that no task has is probably misspelt. */
function checkIncluded({ include }: DumpOptions, seen: ReadonlySet<string>, task: Task): void {
  const missing = include?.find((name) => !seen.has(name));
  if (missing === undefined) return;
  const nearest = nearestNames(
    missing,
    task.artifacts().map(({ name }) => name),
  );
  throw errors.NO_SUCH_ARTIFACT({ task: task.pathspec, artifact: missing, nearest });
}
