import { setImmediate as nextTurn } from "node:timers/promises";
import { readEnvironment } from "../../config/env.js";
import type { RecordedError } from "../../contracts/records.js";
import type { RunningTask } from "../../contracts/step-decorator.js";
import { attachments, ensure, type RuleBody, type TestedStepDecorator } from "./rule.js";

/** How a wrapped step ended. */
interface Wrapped {
  /** How often the step was run. */
  readonly calls: number;
  /** Whether the step's end was waited for. */
  readonly waited: boolean;
  readonly outcome: { readonly value: unknown } | { readonly error: unknown };
}

/** What a decorator does in a task. */
export const taskRules: readonly RuleBody[] = [
  {
    name: "it runs the step at most once",
    async check(tested) {
      for (const { calls } of await wrapped(tested)) ensure(calls <= 1, `it ran the step ${calls} times`);
    },
  },
  {
    name: "it waits for the step",
    async check(tested) {
      for (const { waited } of await wrapped(tested)) ensure(waited, "it returned while the step ran");
    },
  },
  {
    name: "an error of the step goes on as it is, or not at all",
    async check(tested) {
      const failure = new Error("of the step");
      for (const { calls, outcome } of await wrapped(tested, () => failure)) {
        const other = "error" in outcome && calls > 0 && outcome.error !== failure;
        ensure(!other, "it made another error of it, which the step would be blamed for no more");
      }
    },
  },
  {
    name: "it does not keep to itself that the task was told to end",
    async check(tested) {
      const told = new Error("told to end");
      const stop = new AbortController();
      const abort = (): Error => {
        stop.abort(told);
        return told;
      };
      for (const { calls, outcome } of await wrapped(tested, abort, stop.signal)) {
        ensure(calls === 0 || "error" in outcome, "the step, which was interrupted, counts as a success");
      }
    },
  },
  {
    name: "what it returns are arguments of a transition, or nothing",
    async check(tested) {
      const results = (await wrapped(tested)).flatMap(({ outcome }) => ("value" in outcome ? [outcome.value] : []));
      for (const value of [...results, ...(await fallbacks(tested))]) {
        if (value === undefined) continue;
        const keys = typeof value === "object" && value !== null ? Object.keys(value) : ["a value that is no object"];
        const strange = keys.filter((key) => !["foreach", "condition", "numParallel"].includes(key));
        ensure(strange.length === 0, `it returns ${strange.join(", ")}`);
      }
    },
  },
  {
    name: "it leaves the process as it is: variables are given, not set",
    async check(tested) {
      const before = processState();
      for (const { data, definition } of attachments(tested)) {
        const facts = { ...runningTask(new AbortController().signal), environment: {} };
        const prepared = (await definition.prepare?.(data.attributes, facts)) ?? {};
        const given = Object.values(prepared.environment ?? {});
        ensure(
          given.every((value) => typeof value === "string"),
          "the variables that it gives are no texts",
        );
      }
      await wrapped(tested);
      ensure(processState() === before, "the working folder, the umask or the variables are others than before");
    },
  },
];

/** The step within the decorator, for each of its samples. */
async function wrapped(
  tested: TestedStepDecorator,
  failure: () => Error | null = () => null,
  signal = new AbortController().signal,
): Promise<readonly Wrapped[]> {
  const all: Wrapped[] = [];
  for (const { data, definition } of attachments(tested)) {
    if (definition.wrap === undefined) continue;
    let [calls, running] = [0, 0];
    const proceed = async (): Promise<void> => {
      calls += 1;
      running += 1;
      await nextTurn();
      await nextTurn();
      running -= 1;
      const error = failure();
      if (error !== null) throw error;
    };
    const wrap = async () => definition.wrap?.(data.attributes, runningTask(signal) as never, proceed);
    const outcome = await wrap().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    all.push({ calls, waited: running === 0, outcome });
  }
  return all;
}

const FAILURE: RecordedError = {
  ...{ code: null, type: "Error", message: "of the step", stack: [], codeFrame: null, fix: null, cause: null },
  errors: [],
};

async function fallbacks(tested: TestedStepDecorator): Promise<readonly unknown[]> {
  const task = runningTask(new AbortController().signal) as never;
  return Promise.all(
    attachments(tested).map(async ({ data, definition }) => definition.fallback?.(data.attributes, task, FAILURE)),
  );
}

function runningTask(signal: AbortSignal): RunningTask {
  return {
    ...{ flow: "TestFlow", runId: "1", step: "train", task: "0", attempt: 0, given: {} },
    parallel: { mainIp: "127.0.0.1", mainPort: undefined, numNodes: 1, nodeIndex: 0, controlTaskId: undefined },
    instance: {},
    inputs: undefined,
    signal,
    setCurrent: () => {},
    setMetadata: () => {},
  };
}

function processState(): string {
  return JSON.stringify([process.cwd(), process.umask(), Object.entries(readEnvironment()).toSorted()]);
}
