/** Every flow decorator, alone and with all others, on a flow with every kind of step, with and without step decorators. */
import { describe, expect, it } from "vitest";
import { expectedOf, STEPS, sourceOf, type Trial } from "./every-shape.js";
import { flowFolder, IMPORTS, valuesOf } from "./flow-folder.js";

const FLOW_IMPORTS = `${IMPORTS}
import { exitHook, project, schedule, trigger, triggerOnFinish } from "@metaflow-ts/decorators";`;

const UPSTREAM = `export class FirstFlow extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() {}
}`;

/** What each step writes down of what flow decorators give it. */
const LOOK = `this.seen_STEP = {
  branch: current.branchName,
  events: current.trigger?.events.map(({ name }) => name).sort(),
  run: (await current.trigger?.run)?.flowName,
};`;

interface FlowDecorator {
  readonly text: string;
  readonly words: (upstream: string) => readonly string[];
  /** What a step sees of it. */
  readonly seen: { readonly branch?: string; readonly events?: readonly string[]; readonly run?: string };
}

const nothing = { words: () => [], seen: {} };
const FLOW_DECORATORS: readonly FlowDecorator[] = [
  { text: `@project({ name: "shapes" })`, words: () => ["--branch", "x"], seen: { branch: "test.x" } },
  { text: `@schedule({ hourly: true })`, ...nothing },
  {
    text: `@trigger({ event: "arrived" })`,
    words: () => ["--trigger-event", "arrived"],
    seen: { events: ["arrived"] },
  },
  {
    text: `@triggerOnFinish({ flow: "FirstFlow" })`,
    words: (upstream) => ["--trigger", upstream],
    seen: { events: ["FirstFlow"], run: "FirstFlow" },
  },
  { text: `@exitHook({ onSuccess: told })`, ...nothing },
];

const NONE: Trial = { decorators: [], failure: "throw", failing: 0 };
const FULL: Trial = {
  decorators: [
    `@timeout({ minutes: 5 })`,
    `@environment({ vars: { TRIED: "STEP" } })`,
    `@retry({ times: 1, delay: "5ms" })`,
    `@catchError({ var: "failure_STEP" })`,
  ],
  failure: "throw",
  failing: 1,
};

async function check(decorators: readonly FlowDecorator[], trial: Trial, words: readonly string[]): Promise<void> {
  const hook = `export function told({ run }: { run: { status: string } }) { console.log("hook:", run.status); }`;
  const above = [UPSTREAM, hook, ...decorators.map(({ text }) => text)].join("\n");
  const source = sourceOf(trial, 1, { above, inStep: LOOK }).replace(
    "rounds = 0;",
    `rounds = 0; ${STEPS.map(({ name }) => `seen_${name}!: object;`).join(" ")}`,
  );
  const folder = await flowFolder(source, FLOW_IMPORTS);
  await folder.command("flow.ts:FirstFlow", "run");
  const upstream = (await folder.newestRun("FirstFlow")).pathspec;
  const given = decorators.flatMap((each) => each.words(upstream));
  const { code, stdout, stderr, run } = await folder.run(...words, ...given);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout.includes("hook: successful")).toBe(decorators.some(({ text }) => text.startsWith("@exitHook")));
  expect((await run.graph()).decorators).toHaveLength(decorators.length);
  const events = decorators.flatMap(({ seen }) => seen.events ?? []).sort();
  const seen = Object.assign({}, ...decorators.map((each) => each.seen), events.length === 0 ? {} : { events });
  for (const step of STEPS) {
    const tasks = step.tasks === 0 ? [] : await (await run.step(step.name)).tasks().all();
    expect(tasks.length, step.name).toBe(step.tasks);
    expect(expectedOf(trial, step, 1).caught).toBe(false);
    for (const task of tasks) {
      const value = (await valuesOf(task))[`seen_${step.name}`] as object;
      expect(JSON.parse(JSON.stringify(value)), step.name).toEqual(seen);
    }
  }
}

const nameOf = ({ text }: FlowDecorator): string => text.replace(/\(.*/, "");
const trials = [
  ...FLOW_DECORATORS.map((each) => [nameOf(each), [each], FULL] as const),
  ["all of them, with bare steps", FLOW_DECORATORS, NONE] as const,
  ["all of them, the other way around", FLOW_DECORATORS.toReversed(), FULL] as const,
];

describe.concurrent("in workers", () => {
  it.each(trials)("%s", (_, decorators, trial) => check(decorators, trial, []));
});

describe("in processes of their own", () => {
  it("all of them", () => check(FLOW_DECORATORS, FULL, ["--isolation", "process"]));
});
