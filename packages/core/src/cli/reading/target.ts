import type { Client } from "../../client/client.js";
import type { Run } from "../../client/run.js";
import { errors } from "../../errors/codes.js";
import type { ReadingContext } from "./open-client.js";

/** What a path on the command line names; null for what it leaves open. */
export interface Target {
  readonly flow: string;
  readonly run: string | null;
  readonly step: string | null;
  readonly task: string | null;
}

/** How many of run, step and task a path may have, and must have. */
export interface TargetForm {
  readonly least: number;
  readonly most: number;
}

/**
 * Reads `<run>/<step>/<task>`, which begins with the flow's name where no flow's file stands before the command, and
 * may begin with it where one does. Nothing at all, or `latest` as the first part, means the flow that ran last.
 *
 * @throws MF_PATHSPEC_INVALID with the form it should have
 */
export async function readTarget(
  text: string | undefined,
  form: TargetForm,
  context: ReadingContext,
  client: Client,
): Promise<Target> {
  const known = context.flowReference === null ? null : (await context.definition()).name;
  const words = text === undefined ? [] : text.split("/");
  const isNamed = known === null ? words[0] !== "latest" : words[0] === known;
  const flow = (isNamed ? words.shift() : null) ?? known ?? (await newestFlow(client, context));
  if (words.length < form.least || words.length > form.most || words.includes("") || flow === "") {
    throw errors.PATHSPEC_INVALID({ given: text ?? "", form: showForm(form, known) });
  }
  // No class has such a name, and every run has such an id.
  if (/^\d+$/.test(flow)) {
    const fix = `Write the flow's name before the run's id: Flow/${text}. \`metaflow runs\` shows both.`;
    throw errors.PATHSPEC_INVALID({ given: text ?? "", form: showForm(form, known) }, { fix });
  }
  const [run = null, step = null, task = null] = words;
  return { flow, run, step, task };
}

/** The flow that is meant where none is named: the one that ran last. */
async function newestFlow(client: Client, context: ReadingContext): Promise<string> {
  const pages = (await client.flows()).map((flow) => flow.runs().page({ limit: 1 }));
  const [newest] = newestFirst((await Promise.all(pages)).flatMap(({ items }) => items));
  if (newest === undefined) throw errors.NOTHING_RUN_YET({ root: (await context.datastore()).root });
  return newest.flowName;
}

/** Runs of several flows in one order. */
export function newestFirst(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

/** `Flow/<run>/<step>[/<task>]` */
function showForm({ least, most }: TargetForm, knownFlow: string | null): string {
  const parts = ["<run>", "<step>", "<task>"].slice(0, most);
  const first = knownFlow === null ? ["Flow"] : most === 0 ? [knownFlow] : [];
  const must = [...first, ...parts.slice(0, least)].join("/");
  const may = parts.slice(least).map((part, i) => (must === "" && i === 0 ? `[${part}` : `[/${part}`));
  return must + may.join("") + "]".repeat(may.length);
}
