import { expect, it } from "vitest";
import type { FlowDecorator } from "../contracts/flow-decorator.js";
import { type FlowDecoratorFactory, flowDecoratorRules, flowDecoratorSuite } from "./flow-decorator-suite.js";

interface Options {
  readonly name: string;
  readonly tell: () => void;
}

/** Takes a name and a function, and nothing else. */
const options = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => {
      const wrong = Object.keys(value as object).filter((key) => key !== "name" && key !== "tell");
      if (wrong.length > 0) return { issues: [{ message: `there is no '${wrong[0]}'` }] };
      if (typeof (value as Options).name !== "string") return { issues: [{ message: "needs a name" }] };
      return { value: { ...(value as Options) } };
    },
  },
} as const;

function shout(): void {}

const team: FlowDecorator<Options> = {
  name: "team",
  contract: 1,
  options,
  cliOptions: { team: { kind: "text", help: "who pays" } },
  check: ({ name }, { exports }) => (Object.hasOwn(exports, name) ? "the name is taken" : null),
  start: ({ name }, { given, user }) => ({
    systemTags: [`team:${name}`],
    current: { team: String(given.team ?? name), teamUser: user } as object,
  }),
  current: (_, { triggers }) => ({ teamTriggers: triggers.length }) as object,
  exitHooks: ({ tell }, status) => [{ name: `${tell.name} ${status}`, timeLimitMs: 1000, call: tell }],
};

const tested = (change: Partial<FlowDecorator<Options>> = {}): FlowDecoratorFactory => {
  return () => ({
    decorator: { ...team, ...change } as FlowDecorator,
    options: [
      { name: "red", tell: shout },
      { name: "blue", tell: shout },
    ],
    refused: [{}],
    given: { team: "green" },
  });
};

flowDecoratorSuite("team", tested());
flowDecoratorSuite("nothing but a name", () => ({
  decorator: { name: "plain", contract: 1, options } as FlowDecorator,
  options: [{ name: "red", tell: shout }],
}));

/** Answers with whatever it is given. */
const validating = (validate: (value: Options) => unknown): FlowDecorator<Options>["options"] => ({
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: validate(value as Options) as Options }) },
});

let count = 0;
const cases: readonly (readonly [string, Partial<FlowDecorator<Options>>])[] = [
  ["its definition is well made", { name: "two words" }],
  ["its definition is well made", { contract: 2 as 1 }],
  ["its definition is well made", { finish: () => {} } as object],
  ["the options that it takes become data, and functions with names", { options: validating(() => new Date()) }],
  [
    "the options that it takes become data, and functions with names",
    { options: validating(() => ({ tell: (() => () => {})() })) },
  ],
  ["the options that it takes become data, and functions with names", { options: validating(() => Number.NaN) }],
  ["options that it does not know, or that are wrong, are refused", { options: validating((value) => value) }],
  [
    "what is given to it is not changed",
    { options: validating((value) => Object.assign(value, { name: `${value.name}!` })) },
  ],
  ["its check has nothing against a flow that it fits", { check: () => "it never fits" }],
  ["its check has nothing against a flow that it fits", { check: (async () => null) as never }],
  [
    "its command line options can be written, and are nobody else's",
    { cliOptions: { tag: { kind: "text", help: "x" } } },
  ],
  [
    "its command line options can be written, and are nobody else's",
    { cliOptions: { "A b": { kind: "text", help: "x" } } },
  ],
  [
    "its command line options can be written, and are nobody else's",
    { cliOptions: { team: { kind: "flag", help: "" } } },
  ],
  [
    "its command line options can be written, and are nobody else's",
    { cliOptions: { team: { kind: "number" as "text", help: "x" } } },
  ],
  [
    "what its start gives can be kept in the run's record",
    { start: () => ({ current: { at: new Date() } as object }) },
  ],
  ["what its start gives can be kept in the run's record", { start: () => ({ current: { runId: "1" } }) }],
  ["what its start gives can be kept in the run's record", { start: () => ({ systemTags: [""] }) }],
  ["what its start gives can be kept in the run's record", { start: () => ({ parameters: { alpha: 1 } }) }],
  ["a second start gives the same", { start: () => ({ systemTags: [`start:${count++}`] }) }],
  [
    "a resumed run has the fields of current that its origin had",
    { start: (_, { origin }) => ({ current: (origin === undefined ? { team: "red" } : {}) as object }) },
  ],
  ["fields of current that it makes in tasks are its own", { current: () => ({ runId: "1" }) }],
  ["its exit hooks have names and time limits", { exitHooks: () => [{ name: "", timeLimitMs: 1, call: shout }] }],
  [
    "its exit hooks have names and time limits",
    { exitHooks: () => [{ name: "x", timeLimitMs: Number.POSITIVE_INFINITY, call: shout }] },
  ],
  ["its exit hooks have names and time limits", { exitHooks: () => [{ name: "x", timeLimitMs: 1 } as never] }],
  ["its exit hooks have names and time limits", { exitHooks: (async () => []) as never }],
  [
    "its exit hooks are the same whenever they are asked for",
    { exitHooks: () => [{ name: `x${count++}`, timeLimitMs: 1, call: shout }] },
  ],
  [
    "nothing is written to stdout when a run is started",
    {
      start: () => {
        console.log("starting");
        return {};
      },
    },
  ],
];

it.each(cases)("catches a decorator that breaks: %s", async (name, change) => {
  const rule = flowDecoratorRules(tested(change)).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});

it("has a broken decorator for every rule", () => {
  const proven = new Set(cases.map(([name]) => name));
  expect(flowDecoratorRules(tested()).map(({ name }) => name)).toEqual([...proven]);
});
