import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "team.ts", teamFlow);
  await writeFlow(cwd, "wrong.ts", wrongFlow);
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
