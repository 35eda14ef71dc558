import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "team.ts", teamFlow);
  await writeFlow(cwd, "wrong.ts", wrongFlow);
  await writeFlow(cwd, "queue.ts", queueFlow);
  await writeFlow(cwd, "metaflow.config.ts", config);
});

/** A decorator with everything that `start` can give, on a base class and on the flow. */
const teamFlow = `
  import { current, FlowSpec, parameter, step } from "@metaflow-ts/core";
  import { defineFlowDecorator } from "@metaflow-ts/core/plugin";

  declare module "@metaflow-ts/core" {
    interface Current {
      readonly team: string;
      readonly shout: () => string;
    }
  }

  const any = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as { name: string } }) } };

  const team = defineFlowDecorator({
    name: "team",
    contract: 1,
    options: any,
    cliOptions: {
      team: { kind: "text", help: "who pays" },
      urgent: { kind: "flag", help: "now" },
      label: { kind: "list", placeholder: "word", help: "words" },
    },
    start({ name }, { given, user, origin, graph, parameters, datastore }) {
      if (given.team === "slow") {
        console.error("waiting");
        return new Promise((done) => setTimeout(done, 60_000, {}));
      }
      if (given.team === "nobody") throw new Error("nobody pays");
      if (given.team === "bad") return { current: { team: new Date() as never } };
      if (given.team === "own") return { current: { runId: "7" } };
      const chosen = given.team ?? name;
      console.error(JSON.stringify({ given, user, origin, steps: Object.keys(graph.steps), fields: Object.keys(parameters), store: datastore.name }));
      return { systemTags: [\`team:\${chosen}\`], current: { team: String(chosen) }, parameters: { alpha: 7 } };
    },
    current: (options, task) => ({ shout: () => \`\${current.team.toUpperCase()}\${task.triggers.length}\` }),
  });

  @team({ name: "base" })
  abstract class Base extends FlowSpec {}

  @team({ name: "growth" })
  export default class TeamFlow extends Base {
    @parameter({ required: true, type: "number" }) alpha!: number;

    @step start() {
      console.log("seen", current.team, current.shout(), this.alpha);
      this.next(this.end);
    }
    @step end() {
      console.log("seen", current.team, current.shout(), "team" in current);
      if (process.env.BREAK !== undefined) throw new Error("broken");
    }
  }
`;

const wrongFlow = `
  import { FlowSpec, step } from "@metaflow-ts/core";
  import { defineFlowDecorator } from "@metaflow-ts/core/plugin";

  const any = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } };
  const mark = defineFlowDecorator({ name: "mark", contract: 1, options: any, check: () => "it never fits" });
  const other = defineFlowDecorator({ name: "other", contract: 1, options: any, conflictsWith: ["mark"] });

  @mark
  @mark()
  @other
  export default class WrongFlow extends FlowSpec {
    @step start() { this.next(this.end); }
    @step end() {}
  }
`;

/** A step decorator with options of the command line, and one that `--with` finds. */
const queueFlow = `
  import { FlowSpec, step } from "@metaflow-ts/core";
  import { defineStepDecorator } from "@metaflow-ts/core/plugin";

  const any = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } };
  const queue = defineStepDecorator({
    name: "queue",
    contract: 1,
    options: any,
    cliOptions: { queue: { kind: "text", help: "where" } },
    prepare: (_, { given }) => ({ environment: { QUEUE: String(given.queue) } }),
    async wrap(_, { given, signal, step }, proceed) {
      console.log("seen", step, JSON.stringify(given), signal instanceof AbortSignal);
      await proceed();
    },
  });

  export default class QueueFlow extends FlowSpec {
    @queue() @step start() { console.log("seen env", process.env.QUEUE); this.next(this.end); }
    @step end() { if (process.env.BREAK !== undefined) throw new Error("broken"); }
  }
`;

const config = `
  const any = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
  const wrap = async (_, { given, step }, proceed) => {
    console.log("seen with", step, JSON.stringify(given));
    await proceed();
  };
  export default {
    decorators: [
      { name: "pod", contract: 1, options: any, cliOptions: { "pod-label": { kind: "list", help: "labels" } }, wrap },
      { name: "clash", contract: 1, options: any, cliOptions: { queue: { kind: "text", help: "mine" } } },
    ],
  };
`;

/** A flow with one decorator, whose command line option has the name. */
const optionFlow = (option: string): string => `
  import { FlowSpec, parameter, step } from "@metaflow-ts/core";
  import { defineFlowDecorator } from "@metaflow-ts/core/plugin";
  const any = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } };
  const mark = defineFlowDecorator({ name: "mark", contract: 1, options: any, cliOptions: { "${option}": { kind: "text", help: "x" } } });
  @mark
  export default class OptionFlow extends FlowSpec {
    @parameter() learningRate = 0.1;
    @parameter() fast = false;
    @step start() { this.next(this.end); }
    @step end() {}
  }
`;

/** A flow's file in which a flow decorator stands where it cannot. */
const misplacedFlow = (body: string): string => `
  import { FlowSpec, step } from "@metaflow-ts/core";
  import { defineFlowDecorator } from "@metaflow-ts/core/plugin";
  const any = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } };
  const mark = defineFlowDecorator({ name: "mark", contract: 1, options: any }) as (...args: any[]) => any;
  ${body}
`;

const seen = (text: string): readonly string[] => [...text.matchAll(/\bseen (.*)$/gm)].map(([, words]) => words ?? "");

describe("a flow decorator", () => {
  it.each(["pool", "process"])("gives current, tags and parameters to every task, in %s", async (isolation) => {
    const { code, stdout, stderr } = await runCli(["team.ts", "run", "--isolation", isolation], { cwd });
    expect({ code, seen: seen(stdout) }, stderr).toEqual({
      code: 0,
      seen: ["growth GROWTH0 7", "growth GROWTH0 true"],
    });
    const { stdout: status } = await runCli(["team.ts", "status", "--json"], { cwd });
    expect(JSON.parse(status).run.systemTags).toContain("team:growth");
  });

  it.each([
    [["run", "--team", "red"], {}, "red"],
    [["--team", "red", "run"], {}, "red"],
    [["--team=red", "run"], { METAFLOW_FLOW_TEAM: "blue" }, "red"],
    [["run"], { METAFLOW_FLOW_TEAM: "blue", METAFLOW_TEAM: "green" }, "blue"],
    [["run"], { METAFLOW_TEAM: "green" }, "green"],
    [["--team", "run", "run"], {}, "run"],
  ])("has options of its own: %j with %j", async (words, env, expected) => {
    const { code, stdout, stderr } = await runCli(["team.ts", ...words], { cwd, env });
    expect(code, stderr).toBe(0);
    expect(seen(stdout)[0]).toBe(`${expected} ${expected.toUpperCase()}0 7`);
  });

  it("is told what was given, and nothing of what was not", async () => {
    const words = ["run", "--urgent", "--label", "a", "--label", "b", "--alpha", "3"];
    const { stdout, stderr } = await runCli(["team.ts", ...words], { cwd, env: { METAFLOW_USER: "ada" } });
    expect(JSON.parse(stderr.trim())).toEqual({
      given: { urgent: true, label: ["a", "b"] },
      user: "ada",
      steps: ["start", "end"],
      fields: ["alpha"],
      store: "local",
    });
    expect(seen(stdout)[0]).toBe("growth GROWTH0 3");
  });

  it("goes by what the origin was given when a run is resumed", async () => {
    await runCli(["team.ts", "run", "--team", "red", "--urgent"], { cwd, env: { BREAK: "1" } });
    const { code, stdout, stderr } = await runCli(["team.ts", "resume", "--label", "late"], { cwd });
    expect({ code, seen: seen(stdout) }, stderr).toEqual({ code: 0, seen: ["red RED0 true"] });
    expect(JSON.parse(stderr.trim().split("\n")[0] ?? "")).toMatchObject({
      given: { team: "red", urgent: true, label: ["late"] },
      origin: { runId: expect.any(String), current: { team: "red" } },
    });
  });

  it("explains its options under its own name", async () => {
    const { stdout } = await runCli(["team.ts", "run", "--help"], { cwd });
    expect(stdout).toMatch(/Options of @team:\n\s+--team <team>\s+who pays \(env: METAFLOW_FLOW_TEAM\)/);
    expect(stdout).toMatch(/--label <word>\s+words \(env: METAFLOW_FLOW_LABEL, repeatable\)/);
  });

  it.each([
    ["nobody", "MF_DECORATOR_FAILED", "Decorator 'team' of flow TeamFlow failed in its start: nobody pays"],
    ["bad", "MF_DECORATOR_ADDITION_INVALID", "current.team: it has to be JSON data, and is a Date"],
    ["own", "MF_DECORATOR_ADDITION_INVALID", "'current.runId' is the run's own"],
  ])("stops the command before there is a run: %s", async (team, error, message) => {
    const root = await makeTempDir();
    const { code, stderr } = await runCli(["team.ts", "run", "--team", team, "--datastore-root", root], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(error);
    expect(stderr).toContain(message);
    expect((await runCli(["runs", "--json", "--datastore-root", root], { cwd })).stdout).toContain('"runs":[]');
  });

  it("is not waited for once the command is told to stop", async () => {
    const root = await makeTempDir();
    const { child, waitFor, result } = startCli(["team.ts", "run", "--team", "slow", "--datastore-root", root], {
      cwd,
    });
    await waitFor("waiting");
    child.kill("SIGINT");
    const { code, stderr } = await result;
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining("MF_RUN_NOT_STARTED") });
    expect((await runCli(["runs", "--json", "--datastore-root", root], { cwd })).stdout).toContain('"runs":[]');
  });

  it("is printed with the graph", async () => {
    const { stdout } = await runCli(["team.ts", "show"], { cwd });
    expect(stdout).toMatch(/^@team\(name=growth\)$/m);
    const { stdout: raw } = await runCli(["team.ts", "output-raw", "--json"], { cwd });
    expect(JSON.parse(raw).decorators).toEqual([
      { name: "team", attributes: { name: "growth" }, statically_defined: true, inserted_by: null },
    ]);
  });

  it("is refused where it cannot be, all reasons at once", async () => {
    const { code, stderr } = await runCli(["wrong.ts", "check"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("Flow WrongFlow has the decorator 'mark' twice.");
    expect(stderr).toContain("Flow WrongFlow cannot have both 'other' and 'mark'.");
    expect(stderr).toContain("Flow WrongFlow cannot have the decorator 'mark': it never fits.");
  });
});

describe("a step decorator", () => {
  it.each(["pool", "process"])("has options of its own, in %s", async (isolation) => {
    const words = ["run", "--queue", "gpu", "--isolation", isolation];
    const { code, stdout, stderr } = await runCli(["queue.ts", ...words], { cwd });
    expect({ code, seen: seen(stdout) }, stderr).toEqual({
      code: 0,
      seen: ['start {"queue":"gpu"} true', "env gpu"],
    });
  });

  it("has them where only --with asks for it, beside other decorators' own", async () => {
    const words = ["--with", "pod", "run", "--pod-label", "a", "--pod-label", "b"];
    const { code, stdout, stderr } = await runCli(["queue.ts", ...words], { cwd, env: { METAFLOW_QUEUE: "cpu" } });
    expect({ code, seen: seen(stdout) }, stderr).toEqual({
      code: 0,
      seen: [
        'start {"queue":"cpu"} true',
        'with start {"pod-label":["a","b"]}',
        "env cpu",
        'with end {"pod-label":["a","b"]}',
      ],
    });
  });

  it("is given the same again when the run is resumed", async () => {
    await runCli(["queue.ts", "run", "--queue", "gpu"], { cwd, env: { BREAK: "1" } });
    const { code, stdout } = await runCli(["queue.ts", "resume", "start"], { cwd });
    expect({ code, seen: seen(stdout) }).toEqual({ code: 0, seen: ['start {"queue":"gpu"} true', "env gpu"] });
  });

  it("cannot have the option of another one", async () => {
    const { code, stderr } = await runCli(["queue.ts", "check", "--with", "clash"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(
      "Decorator 'clash' has the command line option --queue, which is also one of decorator 'queue'",
    );
  });
});

describe("what is refused with a place and a reason", () => {
  it.each([
    ["learning-rate", "a parameter of the flow"],
    ["learning_rate", "a parameter of the flow"],
    ["no-fast", "a parameter of the flow"],
    ["tag", "one of metaflow's own"],
    ["json", "one of metaflow's own"],
  ])("an option that is taken: --%s", async (option, other) => {
    await writeFlow(cwd, "option.ts", optionFlow(option));
    const { code, stderr } = await runCli(["option.ts", "check"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("MF_DECORATOR_CLI_OPTION_TAKEN");
    expect(stderr).toContain(`Decorator 'mark' has the command line option --${option}, which is also ${other}.`);
  });

  it.each([
    [
      "export default class F extends FlowSpec { @mark @step start() {} }",
      "@mark cannot be used on 'start': it is a method, not a class",
    ],
    [
      "export default class F extends FlowSpec { @mark() x = 1; @step start() {} }",
      "@mark cannot be used on 'x': it is a field, not a class",
    ],
    [
      "@mark() export default class Plain {}",
      "@mark cannot be used on 'Plain': it is a class that does not extend FlowSpec",
    ],
  ])("a flow decorator elsewhere than on a flow: %s", async (body, message) => {
    await writeFlow(cwd, "misplaced.ts", misplacedFlow(body));
    const { code, stderr } = await runCli(["misplaced.ts", "check"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
