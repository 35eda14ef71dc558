import { inspect } from "node:util";
import type { FlowGraph } from "../../contracts/graph.js";
import type { Artifact } from "../artifact.js";
import type { Task } from "../task.js";
import { defineCard } from "./define-card.js";
import { escapeHtml, page, table } from "./html.js";

/** Characters of a value, and bytes of one that is read for that. */
const MOST_SHOWN = 500;
const MOST_READ = 1024 * 1024;

/** What the task is, its artifacts, and where it stands in the flow. */
export const defaultCard = defineCard({
  name: "default",
  async render({ task, graph }) {
    const rows: string[][] = [];
    for (const artifact of task.artifacts()) rows.push(await artifactRow(artifact));
    const parts = [
      `<h1>${escapeHtml(task.pathspec)}</h1>`,
      table(["", ""], facts(task)),
      "<h2>Artifacts</h2>",
      rows.length === 0 ? "<p>None.</p>" : table(["name", "type", "bytes", "value"], rows),
      "<h2>Flow</h2>",
      flowList(graph, task.stepName),
    ];
    return page(task.pathspec, parts.join("\n"));
  },
});

function facts({ status, startedAt, finishedAt, currentAttempt, error }: Task): readonly (readonly string[])[] {
  const pairs: readonly (readonly [string, string | null])[] = [
    ["status", status],
    ["started", startedAt.toISOString()],
    ["finished", finishedAt?.toISOString() ?? null],
    ["attempt", String(currentAttempt)],
    ["error", error === null ? null : `${error.type}: ${error.message}`],
  ];
  return pairs.flatMap(([name, value]) => (value === null ? [] : [[escapeHtml(name), escapeHtml(value)]]));
}

async function artifactRow(artifact: Artifact): Promise<string[]> {
  const { name, type, size } = artifact;
  const shown = `<pre>${escapeHtml(await shownValue(artifact))}</pre>`;
  return [escapeHtml(name), escapeHtml(type), String(size), shown];
}

/** A value that cannot be read is said to be so: the others are shown all the same. */
async function shownValue(artifact: Artifact): Promise<string> {
  if (artifact.size > MOST_READ) return "(too large to be shown)";
  try {
    const text = inspect(await artifact.value(), { depth: 3, maxArrayLength: 20, maxStringLength: MOST_SHOWN });
    return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  } catch (error) {
    return `(cannot be read: ${error instanceof Error ? error.message : String(error)})`;
  }
}

function flowList({ steps }: FlowGraph, here: string): string {
  const items = Object.values(steps).map(({ name, next }) => {
    const text = escapeHtml(next.length === 0 ? name : `${name} → ${next.join(", ")}`);
    return name === here ? `<li class="here">${text}</li>` : `<li>${text}</li>`;
  });
  return `<ol>${items.join("\n")}</ol>`;
}
