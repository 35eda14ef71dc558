import type { Client } from "../../client/client.js";
import type { Task } from "../../client/task.js";
import type { LogLine, LogStream } from "../../util/log-lines.js";
import { defineCommand } from "../command.js";
import { flagOption, integerOption } from "../option-spec.js";
import type { Output } from "../output.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { followTasks, tasksOf } from "../reading/tasks-of.js";

/** Lines between which the reader of a long log gets time. */
const FLUSH_LINES = 1000;

export const logsCommand = defineCommand({
  arguments: [{ syntax: "[pathspec]", help: "<run>[/<step>[/<task>]], after the flow's name where no file is given" }],
  options: {
    stdout: flagOption("--stdout", { help: "only what was printed to stdout" }),
    stderr: flagOption("--stderr", { help: "only what was printed to stderr" }),
    both: flagOption("--both", { help: "both, in the order of time; the default" }),
    timestamps: flagOption("--timestamps", { help: "each line after the time when it was printed" }),
    attempt: integerOption("--attempt <n>", { help: "this attempt, from 0", fallbackText: "the last one" }),
    tail: integerOption("--tail <n>", { help: "only the last lines of each task" }),
    follow: flagOption("--follow", { help: "wait for further lines, and tasks, until all have ended" }),
  },
  async run(context) {
    const { output, json, options, args, quiet } = context;
    const { client } = await openClient(context);
    const target = await readTarget(args[0], { least: 0, most: 3 }, context, client);
    const print = json ? printJson : options.timestamps ? printWithTime : printPlain;
    let shown = 0;
    let state: Printed = { open: null };
    const tasks = options.follow ? followTasks(client, target, output.closed) : tasksOf(client, target);
    const shownTasks = new Set<string>();
    let last: Task | undefined;
    for await (const newest of tasks) {
      // The attempt that was named comes once.
      if (options.attempt !== undefined && shownTasks.has(newest.pathspec)) continue;
      const task = options.attempt === undefined ? newest : await newest.attempt(options.attempt);
      last = task;
      // Who reads several logs needs to know where one begins; on stdout the header would be part of them.
      const isAgain = shownTasks.has(task.pathspec);
      const name = isAgain ? `${task.pathspec}, attempt ${task.currentAttempt}` : task.pathspec;
      if ((target.task === null || isAgain) && !json && !quiet) output.note(output.noteColors.bold(name));
      shownTasks.add(task.pathspec);
      const { tail, follow } = options;
      for await (const line of task.logs.lines({ stream: streamOf(options), tail, follow, signal: output.closed })) {
        state = print(line, task, output, state);
        shown += 1;
        if (shown % FLUSH_LINES === 0) await output.flush();
      }
    }
    if (options.follow && last !== undefined && !output.closed.aborted) await sayDeath(client, last, output);
    // In a file the end stays as it was; on a terminal the prompt belongs on a line of its own.
    if (state.open !== null && output.isInteractive) output.line();
    return undefined;
  },
});

/** A failure is part of the log; a run whose process is gone could not write one. */
async function sayDeath(client: Client, { flowName, runId }: Task, output: Output): Promise<void> {
  const { pathspec, status } = await client.run(`${flowName}/${runId}`);
  if (status === "dead") output.note(`${pathspec} is dead: its process is gone, and wrote no end`);
}

/** What was printed last, where it was a line without its end: the stream of a task. */
interface Printed {
  readonly open: string | null;
}

type Print = (line: LogLine, task: Task, output: Output, before: Printed) => Printed;

function streamOf(options: { stdout: boolean; stderr: boolean; both: boolean }): LogStream | undefined {
  if (options.both || options.stdout === options.stderr) return undefined;
  return options.stdout ? "stdout" : "stderr";
}

const printPlain: Print = (line, task, output, before) => {
  const from = `${task.pathspec} ${line.stream}`;
  // A very long line comes in pieces, which belong together; anything else begins on a line of its own.
  const isNewLine = before.open !== null && before.open !== from;
  output.write(`${isNewLine ? "\n" : ""}${line.text}${line.terminated ? "\n" : ""}`);
  return { open: line.terminated ? null : from };
};

const printWithTime: Print = (line, task, output, before) => {
  if (before.open === `${task.pathspec} ${line.stream}`) return printPlain(line, task, output, before);
  const time = output.colors.dim(new Date(line.at).toISOString());
  return printPlain({ ...line, text: `${time} ${line.text}` }, task, output, before);
};

const printJson: Print = ({ at, stream, text, terminated }, task, output) => {
  const { pathspec, stepName, id, currentAttempt } = task;
  output.json({ at, pathspec, step: stepName, task: id, attempt: currentAttempt, stream, line: text, terminated });
  return { open: null };
};
