import { expect, it } from "vitest";
import type { CliCommand, SingleCommand } from "../contracts/cli-command.js";
import { errors } from "../errors/codes.js";
import { type CommandSuiteOptions, commandRules, commandSuite } from "./command-suite.js";

const good: SingleCommand = {
  name: "greet",
  summary: "greet somebody",
  flow: "ignored",
  arguments: { who: { help: "whom" }, others: { help: "whom else", many: true } },
  options: {
    loud: { kind: "flag", help: "in capitals", short: "l" },
    times: { kind: "integer", help: "how often", fallback: 2 },
    style: { kind: "choice", help: "how", choices: ["formal", "warm"], fallback: "warm" },
  },
  run({ args: { who }, options: { times }, output, misuse }) {
    if (who === "") throw misuse("Nobody is there");
    for (let i = 0; i < Number(times); i++) output.result({ type: "greeting", who }, `Hello ${String(who)}`);
  },
};
const options: CommandSuiteOptions = { examples: [{ args: { who: "Ada" } }], failures: [{ args: { who: "" } }] };

commandSuite("greet", good, options);
commandSuite(
  "a group",
  { name: "group", summary: "commands", commands: [good] },
  {
    examples: [{ path: ["greet"], args: { who: "Ada" } }],
  },
);

const bad = (change: Partial<SingleCommand>): CliCommand => ({ ...good, ...change });
const result = (data: object, text: string): CliCommand =>
  bad({ run: ({ output }) => output.result(data as { type: string }, text) });

/** For every rule commands that break it. */
const bugs: Record<string, CliCommand[]> = {
  "its names, summaries, arguments and options can be used": [
    bad({ name: "Greet all" }),
    bad({ summary: "" }),
    bad({ flow: "maybe" as never }),
    bad({ arguments: { many: { help: "x", many: true }, last: { help: "x" } } }),
    bad({ arguments: { first: { help: "x", optional: true }, last: { help: "x" } } }),
    bad({ options: { json: { kind: "flag", help: "x" } } }),
    bad({ options: { tags: { kind: "list", help: "x" } }, startsRuns: true, flow: "required" }),
    bad({ options: { style: { kind: "choice", help: "x", choices: ["a"], fallback: "b" } } }),
    bad({ options: { a: { kind: "flag", help: "x", short: "x" }, b: { kind: "flag", help: "x", short: "x" } } }),
    bad({ options: { a: { kind: "number" as never, help: "x" } } }),
    { name: "group", summary: "twice the same", commands: [good, good] },
    { name: "group", summary: "nothing", commands: [] },
  ],
  "an example ends as it says": [
    bad({ run: () => "failed" as const }),
    bad({
      run: () => {
        throw errors.USAGE({ problem: "no", command: "greet" });
      },
    }),
  ],
  "an example writes a result": [bad({ run: () => undefined })],
  "a result's data has a type and is JSON": [
    result({ who: "x" }, "x"),
    result({ type: "greeting", when: undefined }, "x"),
    result({ type: "greeting", count: 1n }, "x"),
  ],
  "a result's text is there for people": [result({ type: "greeting" }, ""), result({ type: "greeting" }, "x\n")],
  "nothing is written beside the output": [
    bad({ run: () => console.log("hello") }),
    bad({
      run() {
        process.stdout.write("hello");
      },
    }),
  ],
  "a failure is an error with a code": [
    bad({ run: () => undefined }),
    bad({
      run: () => {
        throw new TypeError("no");
      },
    }),
  ],
};

it("has a broken command for every rule", () => {
  expect(commandRules(good, options).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

for (const [name, list] of Object.entries(bugs)) {
  it.each(list.map((command, i) => [i, command] as const))(`${name}: catches broken command %i`, async (_, command) => {
    const rule = commandRules(command, options).find((each) => each.name === name);
    await expect(rule?.check()).rejects.toThrow();
  });
}
