/** Step decorators that a flow's author writes, from the command line to what is stored. */
import { beforeAll, describe, expect, it } from "vitest";
import { createFlowFolder, type FinishedRun, type FlowFolder, IMPORTS } from "./flow-run.js";
import { allFlow, config, decorators, plainFlow } from "./own-decorators.js";

/** A flow of one step that has what stands before \`@step\`. */
const oneStep = (before: string, body = ""): string => `${IMPORTS}
import { setTimeout as sleep } from "node:timers/promises";
import * as own from "./decorators.ts";
export default class OneFlow extends FlowSpec { ${before} @step async only() { ${body} } }
`;

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({
    ...{ "decorators.ts": decorators, "metaflow.config.ts": config },
    ...{ "all.ts": allFlow, "plain.ts": plainFlow },
  });
});

describe.each([["pool"], ["process"]])("with --isolation %s", (isolation) => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await folder.run(["all.ts", "run", "--isolation", isolation]);
    if (run.code !== 0) throw new Error(run.stdout + run.stderr);
  });

  it("wrappers are nested, the uppermost outside", async () => {
    const { trace } = await run.values("start");
    expect(trace).toEqual(["pre 3", "pre 2", "pre 1", "start", "post 1", "post 2", "post 3"]);
  });

  it("a step is skipped with its own transition, replaced, and its error kept from it", async () => {
    expect(await run.values("split")).toMatchObject({ skipped: true, items: ["x", "y"] });
    expect(await run.values("join")).toEqual({ total: "x2+y2" });
    expect(await run.values("fail")).toMatchObject({ here: true, problem: "failed" });
  });

  it("attempts are counted, and told", async () => {
    expect(await run.record("work", "i1")).toMatchObject({ attempt: 2 });
    const ends = run.events.flatMap((event) =>
      event.type === "task.finished" && event.step === "work" && event.task === "i1"
        ? [[event.attempt, event.status, event.retrying]]
        : [],
    );
    expect(ends).toEqual([
      [0, "failed", true],
      [1, "failed", true],
      [2, "successful", false],
    ]);
    expect(run.finished.counts).toEqual({ successful: 9, carriedOver: 0, failed: 0 });
  });

  it("a fallback stands for a step whose process ended", async () => {
    expect(await run.record("die")).toMatchObject({ attempt: 2 });
    expect((await run.values("die")).problem).toMatch(/^MF_TASK_EXITED after \d+$/);
  });

  it("fields of current and variables are there for the step, also for code at the top, and for no other", async () => {
    expect((await run.values("about")).seen).toEqual(["moon", "eu about 0", "by policy"]);
    expect((await run.values("end")).seen).toEqual([undefined, null, undefined]);
  });
});

describe("what goes wrong in a hook names decorator, hook and step", () => {
  it.each([
    ["broken", "wrap", ""],
    ["unready", "prepare", ""],
    ["helpless", "fallback", "throw new Error('no');"],
  ])("%s", async (name, hook, body) => {
    await folder.write("one.ts", oneStep(`@own.${name}`, body));
    const { finished } = await folder.run(["one.ts", "run"]);
    expect(finished.failure?.error).toMatchObject({
      code: "MF_DECORATOR_FAILED",
      message: `Decorator '${name}' of step 'only' failed in its ${hook}: oops`,
      cause: { type: "RangeError", message: "oops" },
    });
    expect(finished.failure?.error.cause?.stack.join()).toContain("decorators.ts");
  });
});

it("a decorator cannot set what current has of every run", async () => {
  await folder.write("one.ts", oneStep("@own.forger"));
  const { finished } = await folder.run(["one.ts", "run"]);
  expect(finished.failure?.error).toMatchObject({
    code: "MF_DECORATOR_FAILED",
    message:
      "Decorator 'forger' of step 'only' failed in its wrap: setCurrent cannot set 'runId', which is the run's own",
  });
});

describe("a step beyond its time", () => {
  it.each([
    ["that throws when it is told", "await sleep(20_000, null, { signal: current.signal });", "AbortError"],
    ["that does not listen", "await sleep(20_000);", undefined],
  ])("%s", async (_, body, cause) => {
    await folder.write("slow.ts", oneStep("@own.limit", body));
    const run = await folder.run(["slow.ts", "run"]);
    const stored = await run.error("only");
    for (const error of [run.finished.failure?.error, stored]) {
      expect(error).toMatchObject({ code: "MF_TASK_TIMED_OUT" });
      expect(error?.message).toBe("Task only/0 took longer than its time limit of 1.5 seconds.");
      expect(error?.cause?.type).toBe(cause);
    }
  });
});

interface Shown {
  readonly graph: Readonly<Record<string, { readonly decorators: readonly unknown[] }>>;
}

describe("--with", () => {
  it("attaches to every step that has it not; show and output-raw say so", async () => {
    const { stdout } = await folder.cli(["plain.ts", "output-raw", "--json", "--with", "again:times=4"]);
    const { graph } = JSON.parse(stdout) as Shown;
    const entry = (times: number, by: string | null) => [
      { name: "again", attributes: { times }, statically_defined: by === null, inserted_by: by },
    ];
    expect(graph.start?.decorators).toEqual(entry(3, null));
    expect(graph.body?.decorators).toEqual(entry(4, "--with"));
    expect(graph.end?.decorators).toEqual(entry(4, "--with"));
    const shown = await folder.cli(["plain.ts", "show", "--with", "again:times=4"]);
    expect(shown.stdout).toMatch(/@again\(times=3\)\nStep start/);
    expect(shown.stdout).toMatch(/@again\(times=4\) {2}added by --with\nStep body/);
  });

  it("wins over METAFLOW_DEFAULT_DECOSPECS, the first over others, and after the command over before it", async () => {
    const env = { METAFLOW_DEFAULT_DECOSPECS: "again:times=7  around" };
    const graphOf = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await folder.cli(["plain.ts", "output-raw", "--json", ...words], { env });
      return (JSON.parse(stdout) as Shown).graph.end?.decorators.map((each) =>
        Object.values(each as object).slice(0, 2),
      );
    };
    expect(await graphOf()).toEqual([
      ["again", { times: 7 }],
      ["around", {}],
    ]);
    expect(await graphOf("--with", "again:times=1", "--with", "again:times=2")).toEqual([
      ["again", { times: 1 }],
      ["around", {}],
    ]);
    const words = ["--with", "again:times=5", "plain.ts", "output-raw", "--json", "--with=again:times=6"];
    const { stdout } = await folder.cli(words, { env });
    expect((JSON.parse(stdout) as Shown).graph.end?.decorators[0]).toMatchObject({ attributes: { times: 6 } });
  });

  it("runs what it attaches, and passes by a step that cannot have it", async () => {
    const run = await folder.run(["plain.ts", "run", "--with", "around:name=5", "--with", "rescue"]);
    expect(run.code).toBe(0);
    expect((await run.values("end")).trace).toEqual(["pre 5", "post 5", "pre 5", "post 5"]);
    expect(run.stderr).toContain("--with passes by step 'start' with 'rescue': it is a foreach split");
  });

  it.each([
    [["agian"], "MF_DECORATOR_UNKNOWN", /no step decorator 'agian'.*\n?.*Did you mean 'again'\?/s],
    [
      ["again:tims=3"],
      "MF_DECORATOR_OPTIONS_INVALID",
      /^Error MF_\w+: Decorator 'again', which --with asks for, has options that it cannot take: tims: there is no such.*\n {2}Fix: Correct the options that --with gives\.\n.*\n$/,
    ],
    [["again:times"], "MF_DECORATOR_SPEC_INVALID", /'times' is no option=value/],
    [["rescue", "broken"], "MF_DECORATORS_INVALID", /Step 'end' cannot have both 'rescue' and 'broken'/],
  ])("%j is refused: %s", async (specs, code, message) => {
    const words = specs.flatMap((spec) => ["--with", spec]);
    const { code: exit, stderr } = await folder.cli(["plain.ts", "run", ...words]);
    expect(exit).not.toBe(0);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(message);
  });
});

it.each([
  [
    "again:tims=3",
    "Decorator 'again', which METAFLOW_DEFAULT_DECOSPECS asks for, has options",
    "that METAFLOW_DEFAULT_DECOSPECS gives",
  ],
  ["agian", "There is no step decorator 'agian', which METAFLOW_DEFAULT_DECOSPECS asks for.", "Did you mean 'again'?"],
  [
    "again:times",
    "'again:times', which METAFLOW_DEFAULT_DECOSPECS asks for, is no decorator:",
    "behind a colon: retry:times=3",
  ],
])("%s of METAFLOW_DEFAULT_DECOSPECS is refused with the variable's name", async (specs, message, fix) => {
  const { code, stderr } = await folder.cli(["plain.ts", "check"], { env: { METAFLOW_DEFAULT_DECOSPECS: specs } });
  expect(code).not.toBe(0);
  expect(stderr.split(message)).toHaveLength(2);
  expect(stderr).toContain(fix);
  expect(stderr).not.toContain("--with");
});

describe("in the source", () => {
  it.each([
    ["@own.again @own.again", "MF_DECORATOR_TWICE", "Step 'only' has the decorator 'again' twice."],
    ["@own.rescue @own.broken", "MF_DECORATOR_CONFLICT", "Step 'only' cannot have both 'rescue' and 'broken'."],
    ["@own.again({ tims: 3 } as never)", "MF_DECORATOR_OPTIONS_INVALID", "Decorator 'again' of step 'only'"],
    ["@own.again({ tims: 3 } as never)", "MF_DECORATOR_OPTIONS_INVALID", "at wrong.ts:"],
    ["@own.again({ tims: 3 } as never)", "MF_DECORATOR_OPTIONS_INVALID", "Fix: Correct what stands behind @again."],
    ['@own.again({ "ti\\0ms": 3 } as never)', "MF_DECORATOR_OPTIONS_INVALID", "ti\\u0000ms: there is no such"],
    ["@own.around('x' as never)", "MF_DECORATOR_OPTIONS_INVALID", "options are an object"],
    ["@own.again help() {}", "MF_FLOW_DECORATOR_WITHOUT_STEP", "@again is on 'help', which is no step."],
  ])("%s is refused before anything runs", async (before, code, message) => {
    await folder.write("wrong.ts", oneStep(before));
    const { code: exit, stderr } = await folder.cli(["wrong.ts", "run"]);
    expect(exit).not.toBe(0);
    expect(stderr).toContain(code);
    expect(stderr).toContain(message);
  });

  it("a decorator that is not well made is refused when the file is loaded", async () => {
    await folder.write(
      "unmade.ts",
      `${IMPORTS}
import { stepDecorator } from "@metaflow-ts/core";
const deco = stepDecorator(async function wrong() {} as never);
export default class UnmadeFlow extends FlowSpec { @deco @step only() {} }`,
    );
    const { code, stderr } = await folder.cli(["unmade.ts", "check"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("The step decorator 'wrong' is not well made: it has to be an async generator");
  });
});
