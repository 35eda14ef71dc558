import { describe, it } from "vitest";
import { createClient } from "../client/create-client.js";
import type { Card } from "../contracts/card.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createDatastoreRecords } from "../datastore/record-store.js";
import { checkSchema } from "../util/check-schema.js";
import { linearGraph } from "./example-graphs.js";
import { exampleRun, exampleTask } from "./example-records.js";

export interface CardSuiteOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  /** Bytes that the card of a task with a value of a megabyte may have. Default 100,000. */
  readonly mostBytes?: number;
}

/** One promise of the card contract. */
export interface CardRule {
  readonly name: string;
  /** Rejects where the card breaks the promise. */
  check(): Promise<void>;
}

/** Every promise of the card contract, as functions that any test runner can call. */
export function cardRules(
  card: Card,
  { options = {}, mostBytes = 100_000 }: CardSuiteOptions = {},
): readonly CardRule[] {
  const render = async (artifacts: Readonly<Record<string, string>> = {}): Promise<string> => {
    const checked = card.options === undefined ? { value: {} } : checkSchema(card.options, options);
    if ("problems" in checked) throw new Error(`its options are refused: ${checked.problems.join("; ")}`);
    return await card.render({ task: await taskWith(artifacts), graph: linearGraph(), options: checked.value });
  };
  return Object.entries(rules).map(([name, check]) => ({ name, check: () => check({ card, render, mostBytes }) }));
}

/** Runs every rule as a Vitest test. */
export function cardSuite(name: string, card: Card, options: CardSuiteOptions = {}): void {
  describe(`card contract: ${name}`, () => {
    for (const rule of cardRules(card, options)) it(rule.name, () => rule.check());
  });
}

interface Lab {
  readonly card: Card;
  readonly mostBytes: number;
  readonly render: (artifacts?: Readonly<Record<string, string>>) => Promise<string>;
}

const ATTACK = `"'><script>alert(1)</script><img src=x onerror=alert(2)>`;

const rules: Readonly<Record<string, (lab: Lab) => Promise<void>>> = {
  async "its name can be written on the command line"({ card: { name } }) {
    ensure(/^[A-Za-z][\w-]*$/.test(name), `'${name}' is no word`);
  },
  async "it is one HTML document"({ render }) {
    const html = await render({ text: "a value" });
    ensure(/^\s*<!doctype html>/i.test(html) && /<\/html>\s*$/i.test(html), "it is no HTML document");
  },
  async "it loads nothing from elsewhere"({ render }) {
    const html = await render({ text: "a value" });
    const loads = /<link\b|@import|<(?:script|img|iframe|source)\b[^>]*\bsrc\s*=\s*["']?\s*(?:https?:)?\/\//i.exec(
      html,
    );
    ensure(loads === null, `it loads ${loads?.[0]}`);
  },
  async "names and values of artifacts are escaped"({ render }) {
    const html = await render({ [ATTACK]: ATTACK, plain: ATTACK });
    ensure(!html.includes("<script>alert(1)") && !html.includes("<img src=x"), "what a user stored runs in it");
  },
  async "a large value makes no large card"({ render, mostBytes }) {
    const bytes = Buffer.byteLength(await render({ large: "x".repeat(1_000_000) }));
    ensure(bytes <= mostBytes, `it has ${bytes} bytes`);
  },
};

/** A task with texts as artifacts, read by the client. */
async function taskWith(texts: Readonly<Record<string, string>>): Promise<unknown> {
  const datastore = createMemoryDatastore();
  const records = createDatastoreRecords(datastore);
  const artifacts = Object.entries(texts).map(([name, value]) => {
    return [name, { type: "string", size: JSON.stringify(value).length, encoding: "json", value }] as const;
  });
  const sample = linearGraph();
  const graph = await createBlobStore(datastore).put([Buffer.from(JSON.stringify(sample))]);
  const { flow } = sample;
  await records.createRun(exampleRun({ flow, graph, status: "successful", finishedAt: 1_700_000_002_000 }));
  const place = { flow, step: sample.start, task: "0", inputs: [], foreach: [] };
  const { runId, step, task } = exampleTask({ ...place, artifacts: Object.fromEntries(artifacts) });
  await records.commitTask(exampleTask({ ...place, artifacts: Object.fromEntries(artifacts) }));
  return (await createClient({ datastore, serializers: [] })).task(`${flow}/${runId}/${step}/${task}`);
}

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
