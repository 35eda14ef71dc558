/** Mutators, from the command line to what is stored. */
import { rm } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir } from "../support/cli.js";
import { createFlowFolder, type FlowFolder, IMPORTS } from "./flow-run.js";

const DECORATORS = `
import { stepDecorator } from "@metaflow-ts/core";
import { defineFlowDecorator, defineFlowMutator, defineStepDecorator, defineStepMutator } from "@metaflow-ts/core/plugin";

export const any = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as Record<string, unknown> }) },
};

/** Notes its name and options in the artifact \`trace\`. */
const noting = (name: string) => defineStepDecorator({
  name, contract: 1, options: any,
  async wrap(options, { instance }, proceed) {
    const trace = (instance.trace ?? []) as string[];
    instance.trace = [...trace, [name, ...Object.values(options)].join(" ")];
    await proceed();
  },
});
export const first = noting("first");
export const second = noting("second");
export const third = noting("third");

export const label = defineFlowDecorator({
  name: "label", contract: 1, options: any,
  start: ({ text }) => ({ systemTags: ["label:" + text] }),
});

/** Hooks run in the command only: a task does not have the variable. */
export const inner = defineStepMutator({
  name: "inner", contract: 1, options: any, adds: [third],
  mutate(_, step) { step.addDecorator(third, { by: "inner" }); },
});

const few = {
  "~standard": {
    version: 1 as const, vendor: "test",
    validate: (value: unknown) =>
      "many" in (value as object) ? { issues: [{ message: "there is no such option", path: ["many"] }] } : { value: value as Record<string, unknown> },
  },
};

export const team = defineFlowMutator({
  name: "team", contract: 1, options: few, adds: [first, second, inner, label],
  async preMutate({ fails }, flow) {
    if (fails) throw new RangeError(String(fails));
    flow.addParameter("alpha", { default: 2, help: "how much" });
    if (process.env.TEAM === undefined) return;
    flow.addDecorator(label, { text: process.env.TEAM });
    for (const step of flow.steps) step.addDecorator(first, { by: process.env.TEAM });
    flow.step("end").addDecorator(inner);
    await flow.step("start").addDecorator("second:by=text");
  },
});

export const swap = defineStepMutator({
  name: "swap", contract: 1, options: any, adds: [first],
  preMutate(_, step) { if (step.hasDecorator("second")) throw new Error("--with is not there yet"); },
  mutate(_, step) {
    if (!step.hasDecorator("second")) throw new Error("--with is there");
    step.removeDecorator("second");
    step.addDecorator(first, { by: "ignored" });
    step.addDecorator(first, { by: "swap" }, { duplicates: "override" });
  },
});
`;

const TEAM = `${IMPORTS}
import * as own from "./decorators.ts";
@own.team
export default class TeamFlow extends FlowSpec {
  declare readonly alpha: number;
  trace: string[] = [];
  double = 0;
  @own.first({ by: "source" })
  @step start() { this.double = this.alpha * 2; this.next(this.end); }
  @step end() { if (process.env.FAIL) throw new Error("failed"); }
}
`;

const SWAP = `${IMPORTS}
import * as own from "./decorators.ts";
export const { second } = own;
export default class SwapFlow extends FlowSpec {
  trace: string[] = [];
  @own.swap @own.first({ by: "source" }) @step start() { this.next(this.end); }
  @step end() {}
}
`;

const CONFIG = `import { second } from "./decorators.ts"; export default { decorators: [second.definition] };`;

let folder: FlowFolder;
beforeAll(async () => {
  const files = { "decorators.ts": DECORATORS, "team.ts": TEAM, "swap.ts": SWAP, "metaflow.config.ts": CONFIG };
  folder = await createFlowFolder(files);
});

describe("a flow mutator", () => {
  it.each(["pool", "process"])("adds decorators by factory, by text and by another mutator (%s)", async (isolation) => {
    const run = await folder.run(["team.ts", "run", "--isolation", isolation], { env: { TEAM: "red" } });
    expect((await run.values("start")).trace).toEqual(["first source", "second text"]);
    expect((await run.values("end")).trace).toEqual(["first source", "second text", "first red", "third inner"]);
  });

  it("adds, overrides and removes decorators of the flow itself", async () => {
    const run = await folder.run(["team.ts", "run"], { env: { TEAM: "red" } });
    expect(run.run.systemTags).toContain("label:red");
    const raw = JSON.parse((await folder.cli(["team.ts", "output-raw", "--json"], { env: { TEAM: "red" } })).stdout);
    expect(raw.decorators).toEqual([
      { name: "label", attributes: { text: "red" }, statically_defined: false, inserted_by: "team" },
    ]);
    await folder.write(
      "labels.ts",
      `${IMPORTS}
import { defineFlowMutator } from "@metaflow-ts/core/plugin";
import * as own from "./decorators.ts";
const labels = defineFlowMutator({
  name: "labels", contract: 1, options: own.any, adds: [own.label],
  async preMutate(_, flow) {
    const seen = [flow.hasDecorator("label"), flow.addDecorator(own.label, { text: "b" }), await flow.addDecorator("label", { text: "c" })];
    seen.push(flow.addDecorator(own.label, { text: seen.join() }, { duplicates: "override" }));
    if (process.env.REMOVE) flow.removeDecorator("label");
  },
});
@labels
@own.label({ text: "a" })
export default class LabelFlow extends FlowSpec { @step start() {} }
`,
    );
    const labelled = await folder.run(["labels.ts", "run"]);
    expect(labelled.run.systemTags).toContain("label:true,false,false");
    const bare = await folder.run(["labels.ts", "run"], { env: { REMOVE: "1" } });
    expect(bare.run.systemTags.join()).not.toContain("label");
  });

  it("adds a parameter: to help, to the command line, to the environment, to the run, and to a resume", async () => {
    const { stdout } = await folder.cli(["team.ts", "run", "--help"]);
    expect(stdout).toMatch(/--alpha <number>\s+how much \(added by team\)/);
    const run = await folder.run(["team.ts", "run", "--alpha", "5"], { env: { FAIL: "1" } });
    expect(await run.values("start")).toMatchObject({ alpha: 5, double: 10 });
    expect(await run.run.parameters()).toEqual({ alpha: 5 });
    const resumed = await folder.run(["team.ts", "resume", "--origin-run-id", run.run.id]);
    expect(await resumed.values("end")).toMatchObject({ alpha: 5 });
    const byDefault = await folder.run(["team.ts", "run"]);
    expect((await byDefault.values("start")).double).toBe(4);
    const byVariable = await folder.run(["team.ts", "run"], { env: { METAFLOW_RUN_ALPHA: "7" } });
    expect((await byVariable.values("start")).double).toBe(14);
    const wrong = await folder.cli(["team.ts", "run", "--alpha", "much"]);
    expect(wrong.stderr).toContain("MF_PARAMETER_VALUE_INVALID");
  });

  it("is told by show and output-raw as who added what", async () => {
    const env = { TEAM: "red" };
    const { stdout } = await folder.cli(["team.ts", "show"], { env });
    expect(stdout).toContain("@first(by=red)  added by team");
    expect(stdout).toContain("@third(by=inner)  added by inner");
    expect(stdout).toContain("@first(by=source)\n");
    const raw = JSON.parse((await folder.cli(["team.ts", "output-raw", "--json"], { env })).stdout);
    expect(raw.graph.start.decorators).toEqual([
      { name: "first", attributes: { by: "source" }, statically_defined: true, inserted_by: null },
      { name: "second", attributes: { by: "text" }, statically_defined: false, inserted_by: "team" },
    ]);
  });

  it("has its effect in the stored code, where no hook runs", async () => {
    const stored = await createFlowFolder({
      "decorators.ts": DECORATORS,
      "team.ts": TEAM,
      "metaflow.config.ts": CONFIG,
    });
    const init = await stored.cli(["team.ts", "init"], { env: { TEAM: "blue" } });
    const run = `TeamFlow/${init.stdout.trim()}`;
    for (const file of ["decorators.ts", "team.ts", "metaflow.config.ts"]) await rm(`${stored.path}/${file}`);
    const empty = await makeTempDir();
    for (const task of ["start/0", "end/0"]) {
      const step = await stored.cli(["step", `${run}/${task}`, "--datastore-root", stored.store], { cwd: empty });
      expect(step, step.stderr).toMatchObject({ code: 0 });
    }
    const { values } = await stored.newest("TeamFlow");
    expect((await values("end")).trace).toEqual(["first source", "second text", "first blue", "third inner"]);
  });
});

describe("a step mutator", () => {
  it("runs before --with, and after it: removes, ignores, overrides", async () => {
    const run = await folder.run(["swap.ts", "run", "--with", "second:by=hand"]);
    expect((await run.values("start")).trace).toEqual(["first swap"]);
    expect((await run.values("end")).trace).toEqual(["first swap", "second hand"]);
  });
});

describe("--with", () => {
  it("names a decorator that the flow's file exports", async () => {
    const exporting = await createFlowFolder({ "decorators.ts": DECORATORS, "flow.ts": SWAP.replace("@own.swap", "") });
    const run = await exporting.run(["flow.ts", "run", "--with", "second:by=export"]);
    expect((await run.values("end")).trace).toEqual(["first source", "second export", "second export"]);
  });
});

/** The body of a hook, which one, and what is said of it. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ["flow", `flow.step("start").addDecorator(own.second);`, "it adds 'second', which is not in its list 'adds'"],
  ["flow", `flow.step("nowhere");`, "there is no step 'nowhere'; there are start, end"],
  ["flow", `flow.addParameter("start", { default: 1 });`, "'start' is a method of the flow"],
  ["flow", `flow.addParameter("next", { default: 1 });`, "'next' is a method of the flow"],
  ["flow", `flow.addParameter("a b", { default: 1 });`, "'a b' cannot be the name of a parameter"],
  ["flow", `flow.addParameter("when", {});`, "the parameter 'when' is not well declared"],
  [
    "flow",
    `flow.addParameter("one", { default: 1, option: "two" }); flow.addParameter("two", { default: 1 });`,
    "the parameters 'one' and 'two' have the same option --two",
  ],
  [
    "flow",
    `flow.step("start").addDecorator(own.first, {}, { duplicates: "error" });`,
    "step 'start' has 'first' already",
  ],
  ["flow", `flow.step("start").addDecorator("second:by=x", { by: "y" });`, "it gives options of 'second' twice"],
  ["late", `flow.addParameter("alpha", { default: 1 });`, "parameters of the flow can be changed in preMutate only"],
  ["late", `flow.addDecorator(own.label);`, "decorators of the flow can be changed in preMutate only"],
  [
    "flow",
    `(flow as { addDecorator(added: unknown): void }).addDecorator(own.first);`,
    "a step decorator is added to a step, not to the flow",
  ],
  ["late", `flow.step("start").addDecorator(own.inner);`, "mutators can be added in preMutate only"],
  ["flow", `kept.push(flow); if (kept.length < 0) return;`, "it changes the flow after its preMutate has ended"],
];

describe("what a mutator cannot do is refused, with its name", () => {
  it.each(REFUSED)("%s: %s", async (phase, body, problem) => {
    const hook = phase === "flow" ? "preMutate" : "mutate";
    await folder.write(
      "refused.ts",
      `${IMPORTS}
import { defineFlowMutator } from "@metaflow-ts/core/plugin";
import * as own from "./decorators.ts";
const kept: { addParameter(name: string, parameter: object): void }[] = [];
const bold = defineFlowMutator({
  name: "bold", contract: 1, options: own.any, adds: [own.first, own.inner, own.label],
  ${hook}(_, flow) { ${body} },
  ${phase === "flow" ? `mutate() { kept[0]?.addParameter("late", { default: 1 }); },` : ""}
});
@bold
export default class BoldFlow extends FlowSpec {
  @own.first @step start() { this.next(this.end); }
  @step end() {}
}
`,
    );
    const { code, stderr } = await folder.cli(["refused.ts", "check"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("MF_MUTATOR_REFUSED");
    expect(stderr).toContain(`Mutator 'bold' cannot do that: ${problem}`);
  });

  it("what it throws names mutator, hook and flow; an unknown decorator is told as --with tells it", async () => {
    await folder.write("fails.ts", TEAM.replace("@own.team", `@own.team({ fails: "oops" })`));
    const { stderr } = await folder.cli(["fails.ts", "check"]);
    expect(stderr).toContain("MF_MUTATOR_FAILED: Mutator 'team' of flow TeamFlow failed in its preMutate: oops");
    await folder.write("options.ts", TEAM.replace("@own.team", "@own.team({ many: 1 })"));
    expect((await folder.cli(["options.ts", "check"])).stderr).toContain(
      "Mutator 'team' of flow TeamFlow has options that it cannot take: many: there is no such option.",
    );
    await folder.write("decorators-lost.ts", DECORATORS.replace('"second:by=text"', '"secnd:by=text"'));
    await folder.write("lost.ts", TEAM.replace("./decorators.ts", "./decorators-lost.ts"));
    const lost = await folder.cli(["lost.ts", "check"], { env: { TEAM: "red" } });
    expect(lost.stderr).toMatch(
      /There is no step decorator 'secnd', which mutator 'team' asks for.*Did you mean 'second'\?.*MF_DECORATOR_UNKNOWN/s,
    );
  });
});
