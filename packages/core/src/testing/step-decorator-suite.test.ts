import { expect, it } from "vitest";
import type { RunningTask, StepDecorator } from "../contracts/step-decorator.js";
import { FlowSpec } from "../flow/flow-spec.js";
import { step } from "../flow/step.js";
import { runDecorated } from "./run-decorated.js";
import { stepDecoratorRules, stepDecoratorSuite, type TestedStepDecoratorFactory } from "./step-decorator-suite.js";

interface Options {
  readonly times: number;
}

/** Takes a number, and nothing else. */
const options: StepDecorator<Options>["options"] = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => {
      const wrong = Object.keys(value as object).filter((key) => key !== "times");
      if (wrong.length > 0) return { issues: [{ message: `there is no '${wrong[0]}'` }] };
      const { times = 1 } = value as Partial<Options>;
      return times < 0 ? { issues: [{ message: "must not be less than 0" }] } : { value: { times } };
    },
  },
};

const good: StepDecorator<Options> = {
  name: "good",
  contract: 1,
  options,
  cliOptions: { "good-times": { kind: "text", help: "how often" } },
  check: (_, { step: { name } }) => (name === "end" ? "not there" : null),
  policy: ({ times }) => ({ timeLimitMs: times * 1000, fallback: true }),
  files: async ({ times }) => [{ name: "good/times.txt", content: String(times) }],
  prepare: () => ({ environment: { GOOD: "1" } }),
  async wrap(_, { instance }, proceed) {
    await proceed();
    instance.good = true;
    return {};
  },
  fallback: () => ({ foreach: [] }),
};

const tested = (change: object = {}): TestedStepDecoratorFactory => {
  return () => ({
    decorator: { ...good, ...change } as StepDecorator<Options>,
    options: [{}, { times: 3 }],
    refused: [{ times: -1 }],
  });
};

stepDecoratorSuite("good", tested());
stepDecoratorSuite("nothing but a name", () => ({ decorator: { name: "plain", contract: 1, options }, options: [{}] }));

/** Answers with whatever it is given. */
const validating = (validate: (value: Options) => unknown) => ({
  options: { "~standard": { version: 1, vendor: "test", validate: (value: Options) => ({ value: validate(value) }) } },
});

let counter = 0;
type Wrap = (options: Options, task: RunningTask, proceed: () => Promise<void>) => unknown;
const wrapping = (wrap: Wrap) => ({ wrap });
const swallowing = (change: (error: unknown) => void): object =>
  wrapping(async (_, __, proceed) => proceed().catch(change));

/** For every rule at least one decorator that breaks it. */
const bugs: Readonly<Record<string, object | readonly object[]>> = {
  "its definition is well made": [{ contract: 2 }, { name: "a b" }, { warp: () => {} }, { wrap: 3 }],
  "the options that it takes become data, at once": [
    validating(() => ({ when: new Date() })),
    { options: { "~standard": { version: 1, vendor: "test", validate: async (value: object) => ({ value }) } } },
  ],
  "completed options are taken again, and stay as they are": [
    validating(({ times = 1 }) => ({ times: times + 1 })),
    {
      options: {
        "~standard": {
          ...{ version: 1, vendor: "test" },
          validate: (value: object) =>
            "done" in value ? { issues: [{ message: "done" }] } : { value: { done: true } },
        },
      },
    },
  ],
  "options that it does not know, or that are wrong, are refused": [
    validating(({ times = 1 }) => ({ times })),
    {
      options: {
        "~standard": {
          ...{ version: 1, vendor: "test" },
          validate: (value: object) =>
            "anOptionThatNobodyHas" in value ? { issues: [{ message: "anOptionThatNobodyHas" }] } : { value },
        },
      },
    },
  ],
  "a refusal names the option": {
    options: { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) } },
  },
  "what is given to it is not changed": validating((value) => Object.assign(value, { times: 9 })),
  "its command line options can be written, and are nobody else's": [
    { cliOptions: { Good: { kind: "text", help: "x" } } },
    { cliOptions: { "max-workers": { kind: "text", help: "x" } } },
    { cliOptions: { good: { kind: "number", help: "x" } } },
    { cliOptions: { good: { kind: "text", help: "" } } },
  ],
  "its check answers text or null, at once, for steps of every kind": [
    { check: async () => null },
    { check: () => true },
    { check: (_: Options, { step: { split } }: { step: { split: string } }) => split.toUpperCase() },
  ],
  "its check has nothing against some step": { check: () => "never" },
  "its policy is data that backends know, at once": [
    { policy: async () => ({ fallback: true }) },
    { policy: () => ({ fallback: true, retry: () => {} }) },
    { policy: () => ({ fallback: true, retries: 3 }) },
  ],
  "its policy is the same whenever it is asked for": { policy: () => ({ fallback: true, timeLimitMs: ++counter }) },
  "it has a fallback where its policy says so, and only there": [{ policy: undefined }, { fallback: undefined }],
  "its files have names within the code package": [
    { files: () => [{ name: "../x", content: "" }] },
    { files: () => [{ name: "x", content: 3 }] },
    {
      files: async () => {
        throw new Error("no disk");
      },
    },
  ],
  "it runs the step at most once": [
    wrapping(async (_, __, proceed) => {
      await proceed();
      await proceed();
    }),
    wrapping(async (_, __, proceed) => proceed().then(proceed)),
  ],
  "it waits for the step": wrapping((_, __, proceed) => void proceed().catch(() => {})),
  "an error of the step goes on as it is, or not at all": swallowing((cause) => {
    throw new Error("mine", { cause });
  }),
  "it does not keep to itself that the task was told to end": swallowing(() => {}),
  "what it returns are arguments of a transition, or nothing": [
    wrapping(async () => ({ target: "end" })),
    wrapping(() => 3),
    { fallback: () => ({ next: [] }) },
  ],
  "it leaves the process as it is: variables are given, not set": [
    {
      prepare: () => {
        process.env[`METAFLOW_TEST_${++counter}`] = "1";
        return {};
      },
    },
    wrapping(() => void Object.assign(process.env, { [`METAFLOW_TEST_${++counter}`]: "1" })),
    { prepare: () => ({ environment: { GOOD: 1 } }) },
  ],
};

it("every rule has a decorator that breaks it", () => {
  expect(Object.keys(bugs).sort()).toEqual(
    stepDecoratorRules(tested())
      .map(({ name }) => name)
      .sort(),
  );
});

const broken = Object.entries(bugs).flatMap(([name, found]) =>
  [found].flat().map((bug, k) => [name, k, bug as object] as const),
);
it.each(broken)("%s: caught (%i)", async (name, _, bug) => {
  const rule = stepDecoratorRules(tested(bug)).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});

it("a decorator is run in a flow of its own, with the driver's retries and fallback", async () => {
  const run = await runDecorated(good, {
    options: { times: 60 },
    body: (flow) => void Object.assign(flow, { made: 1 }),
  });
  expect(run).toEqual({ failure: null, attempts: 1, artifacts: { made: 1, good: true }, metadata: {} });
  const failing = {
    ...good,
    fallback: (_: Options, { instance }: RunningTask) => void Object.assign(instance, { saved: true }),
  };
  const saved = await runDecorated(failing, {
    body: () => {
      throw new Error("no");
    },
  });
  expect(saved).toMatchObject({ failure: null, attempts: 2, artifacts: { saved: true } });
  const noting: StepDecorator<Options> = {
    name: "noting",
    contract: 1,
    options,
    wrap: (_, task) => task.setMetadata({ node: "a" }),
  };
  expect((await runDecorated(noting)).metadata).toEqual({ node: "a" });
  const thrown = await runDecorated({ ...noting, wrap: () => Promise.reject(new Error("oops")) });
  expect(thrown.failure?.message).toBe("Decorator 'noting' of step 'start' failed in its wrap: oops");
});

it("a decorator is run on a step of a given flow", async () => {
  const { artifacts } = await runDecorated(good, { flow: OwnFlow, step: "work" });
  expect(artifacts).toEqual({ list: ["a"], item: "a", good: true });
  await expect(runDecorated(good, { flow: OwnFlow, step: "rest" })).rejects.toThrow("Flow OwnFlow has no step 'rest'");
});

class OwnFlow extends FlowSpec {
  list: string[] = [];
  item!: string;
  @step start() {
    this.list = ["a"];
    this.next(this.work);
  }
  @step work() {
    this.item = this.list[0] ?? "";
    this.next(this.end);
  }
  @step end() {}
}
