/** Flow decorators through the real command: what they give to runs, to tasks and to readers. */
import { describe, expect, it } from "vitest";
import { type CommandResult, type FlowFolder, flowFolder, valuesOf } from "./flow-folder.js";

const IMPORTS = `import { current, FlowSpec, type Inputs, parameter, step } from "@metaflow-ts/core";
import { exitHook, namespacedEventName, project, schedule, trigger, triggerOnFinish } from "@metaflow-ts/decorators";`;

const ISOLATIONS: readonly (readonly string[])[] = [[], ["--isolation", "process"]];

const flowOf = (source: string, environment: Readonly<Record<string, string>> = {}): Promise<FlowFolder> =>
  flowFolder(source, IMPORTS, { METAFLOW_USER: "tester", ...environment });

async function refused(folder: FlowFolder, ...words: readonly string[]): Promise<string> {
  const { code, stderr } = await folder.metaflow("run", ...words);
  expect(code, stderr).toBe(2);
  await expect(folder.newestRun()).rejects.toThrow();
  return stderr;
}

const okay = ({ code, stdout, stderr }: CommandResult): void => expect(code, `${stdout}\n${stderr}`).toBe(0);

describe.concurrent("project", () => {
  const SOURCE = (options = ""): string => `@project({ name: "current_singleton"${options} })
    export default class TestFlow extends FlowSpec {
      seen!: object; again!: object;
      look() {
        const { projectName, branchName, projectFlowName, isProduction, isUserBranch } = current;
        return { projectName, branchName, projectFlowName, isProduction, isUserBranch };
      }
      @step start() { this.seen = this.look(); this.next(this.end); }
      @step end() { this.again = this.look(); }
    }`;
  const place = (branchName: string, isProduction: boolean, isUserBranch = false) => ({
    ...{ projectName: "current_singleton", branchName, isProduction, isUserBranch },
    projectFlowName: `current_singleton.${branchName}.TestFlow`,
  });

  it.each([
    [["--branch", "this_is_a_test_branch"], {}, place("test.this_is_a_test_branch", false)],
    [["--production"], {}, place("prod", true)],
    [["--production", "--branch", "x"], {}, place("prod.x", true)],
    [[], {}, place("user.tester", false, true)],
    [[], { METAFLOW_BRANCH: "env" }, place("test.env", false)],
    [[], { METAFLOW_FLOW_BRANCH: "env", METAFLOW_PRODUCTION: "1" }, place("prod.env", true)],
    [["--isolation", "process", "--branch", "x"], {}, place("test.x", false)],
  ])("run %j with %j", async (words, environment, expected) => {
    const folder = await flowOf(SOURCE(), environment);
    const { run, ...result } = await folder.run(...words);
    okay(result);
    expect(await valuesOf(await run.endTask())).toEqual({ seen: expected, again: expected });
    expect(run.systemTags).toEqual(
      expect.arrayContaining(["project:current_singleton", `project_branch:${expected.branchName}`]),
    );
    const listed = await folder.metaflow("runs", "--tag", `project_branch:${expected.branchName}`, "--json");
    expect(JSON.parse(listed.stdout).runs).toHaveLength(1);
  });

  it("has its options in the graph, and its own in help", async () => {
    const folder = await flowOf(SOURCE(`, branch: "x"`));
    const raw = JSON.parse((await folder.metaflow("output-raw")).stdout);
    expect(raw.decorators).toContainEqual(
      expect.objectContaining({ name: "project", attributes: { name: "current_singleton", branch: "x" } }),
    );
    const help = (await folder.metaflow("run", "--help")).stdout;
    expect(help).toContain("--branch <name>");
    expect(help).toContain("--production");
  });

  it("refuses what disagrees, and names that it cannot have", async () => {
    const folder = await flowOf(SOURCE(`, branch: "x"`));
    expect(await refused(folder, "--branch", "y")).toContain("MFD_PROJECT_OPTION_DISAGREES");
    expect(await refused(await flowOf(SOURCE()), "--branch", "Not-Fine")).toContain("MFD_PROJECT_BRANCH_INVALID");
    const unnamed = await refused(await flowOf(SOURCE().replace("current_singleton", "My Project")));
    expect(unnamed).toContain("name: must be small letters, digits and '_'");
  });

  it("is what a resume says, or else what its origin said", async () => {
    const folder = await flowOf(SOURCE());
    await folder.run("--branch", "first");
    okay(await folder.metaflow("resume", "end"));
    const look = async () => valuesOf(await (await folder.newestRun()).endTask());
    expect(await look()).toMatchObject({ seen: { branchName: "test.first" }, again: { branchName: "test.first" } });
    okay(await folder.metaflow("resume", "end", "--branch", "second"));
    expect(await look()).toMatchObject({ seen: { branchName: "test.first" }, again: { branchName: "test.second" } });
  });

  it("leaves the fields out where the flow has none", async () => {
    const folder = await flowOf(SOURCE().replace(/^@project.*$/m, ""));
    const { run } = await folder.run();
    expect(await valuesOf(await run.endTask())).toMatchObject({ seen: {} });
    expect((await folder.metaflow("run", "--branch", "x")).stderr).toContain("--branch");
  });
});

describe.concurrent("schedule", () => {
  const SOURCE = (decorator: string): string => `${decorator}
    export default class TestFlow extends FlowSpec {
      @step start() { this.next(this.end); }
      @step end() {}
    }`;

  it.each([
    ["@schedule", { cron: "0 0 * * *", timezone: "UTC" }],
    ["@schedule({ hourly: true })", { cron: "0 * * * *", timezone: "UTC" }],
    [
      `@schedule({ cron: "0 10 ? * MON-FRI *", timezone: "Asia/Tokyo" })`,
      { cron: "0 10 * * 1-5", timezone: "Asia/Tokyo" },
    ],
  ])("%s is data, and the flow runs as ever", async (decorator, attributes) => {
    const folder = await flowOf(SOURCE(decorator));
    const { run, ...result } = await folder.run();
    okay(result);
    expect((await run.graph()).decorators).toEqual([
      { name: "schedule", attributes, staticallyDefined: true, insertedBy: null },
    ]);
  });

  it("names the field that is wrong", async () => {
    const stderr = await refused(await flowOf(SOURCE(`@schedule({ cron: "0 25 * * MON" })`)));
    expect(stderr).toContain("cron: hour: '25' is not 0 to 23");
  });
});

describe.concurrent("trigger", () => {
  const SOURCE = (options: string): string => `@trigger(${options})
    export default class TestFlow extends FlowSpec {
      @parameter() table = "orders"; @parameter() limit = 10;
      started!: unknown; later!: unknown;
      look() {
        return current.trigger && [...current.trigger].map(({ type, name, payload }) => ({ type, name, payload }));
      }
      @step start() { this.started = this.look(); this.next(this.end); }
      @step end() { this.later = this.look(); }
    }`;
  const MAPPED = `{ event: { name: "arrived", parameters: { table: "table_name" } } }`;

  it.each(ISOLATIONS)("gives parameters from the payload %j", async (...isolation) => {
    const folder = await flowOf(SOURCE(MAPPED));
    const { run, ...result } = await folder.run(
      ...[...isolation, "--trigger-event", `arrived={"table_name":"items","limit":5}`],
    );
    okay(result);
    const events = [{ type: "event", name: "arrived", payload: { table_name: "items", limit: 5 } }];
    expect(await valuesOf(await run.endTask())).toEqual({ table: "items", limit: 10, started: events, later: events });
    expect(run.trigger?.event).toMatchObject(events[0] ?? {});
    const { runs } = JSON.parse((await folder.metaflow("runs", "--json")).stdout);
    const at = expect.any(Number);
    expect(runs[0].triggers).toEqual([{ type: "event", name: "arrived", id: expect.stringMatching(/^local-/), at }]);
  });

  it("gives each parameter the field of its name where nothing else is said, after what the command gives", async () => {
    const folder = await flowOf(SOURCE(`{ event: "arrived" }`));
    const words = ["--limit", "7", "--trigger-event", `arrived={"table":"items","limit":5,"other":1}`];
    const { run } = await folder.run(...words);
    expect(await run.parameters()).toEqual({ table: "items", limit: 7 });
  });

  it("has all of several events, newest first, and a resume has them too", async () => {
    const folder = await flowOf(SOURCE(`{ events: [{ name: "a", parameters: ["table"] }, "b"] }`));
    await folder.run("--trigger-event", `a={"table":"x"}`, "--trigger-event", "b");
    okay(await folder.metaflow("resume", "end"));
    const run = await folder.newestRun();
    const { later, table } = await valuesOf(await run.endTask());
    expect(later).toEqual([
      { type: "event", name: "b", payload: {} },
      { type: "event", name: "a", payload: { table: "x" } },
    ]);
    expect(table).toBe("x");
    expect(run.trigger?.events.map(({ name }) => name)).toEqual(["b", "a"]);
  });

  it("is undefined where somebody started the run", async () => {
    const { run } = await (await flowOf(SOURCE(MAPPED))).run();
    expect(await valuesOf(await run.endTask())).toMatchObject({ started: undefined, later: undefined });
    expect(run.trigger).toBeNull();
  });

  it("gives required parameters what they require", async () => {
    const source = SOURCE(MAPPED).replace(
      "@parameter() table",
      "@parameter({ required: true, type: 'string' }) table!: string; @parameter() other",
    );
    const folder = await flowOf(source);
    expect(await refused(folder)).toContain("MF_PARAMETER_MISSING");
    const { run, ...result } = await folder.run("--trigger-event", `arrived={"table_name":"items"}`);
    okay(result);
    expect(await run.parameters()).toMatchObject({ table: "items" });
  });

  it.each([
    [MAPPED, "other", "MFD_TRIGGER_EVENT_UNKNOWN"],
    [MAPPED, "arrived={", "MFD_TRIGGER_EVENT_INVALID"],
    [MAPPED, "arrived=[1]", "MFD_TRIGGER_EVENT_INVALID"],
    [MAPPED, `={"table_name":"x"}`, "MFD_TRIGGER_EVENT_INVALID"],
    [MAPPED, `arrived={"table_name":5}`, "MF_DECORATOR_ADDITION_INVALID"],
    [`{ event: { name: "arrived", parameters: { tabel: "x" } } }`, "arrived", "'tabel'"],
    [
      `{ events: [{ name: "a", parameters: ["limit"] }, { name: "b", parameters: ["limit"] }] }`,
      "a",
      "both 'a' and 'b'",
    ],
    [`{ event: namespacedEventName("arrived") }`, "arrived", "has no @project"],
    [`{ event: () => "arrived" }`, "arrived", "a function cannot be kept"],
  ])("refuses %s with %s", async (options, event, problem) => {
    expect(await refused(await flowOf(SOURCE(options)), "--trigger-event", event)).toContain(problem);
  });
});

describe.concurrent("triggerOnFinish", () => {
  const UPSTREAM = `export class FirstFlow extends FlowSpec {
      rows = 0; @parameter() fails = false;
      @step start() { this.rows = 42; this.next(this.end); }
      @step end() { if (this.fails) throw new Error("told to"); }
    }`;
  const SOURCE = `${UPSTREAM}
    @triggerOnFinish({ flows: ["FirstFlow", "fraud.prod.SecondFlow"] })
    export default class TestFlow extends FlowSpec {
      rows: unknown; same: unknown; names: string[] = [];
      @step async start() {
        const run = await current.trigger?.run;
        this.rows = await run?.data.rows;
        this.same = (await current.trigger?.runOf("FirstFlow"))?.pathspec === run?.pathspec;
        this.next(this.end);
      }
      @step async end() { this.names = (await current.trigger?.runs ?? []).map((run) => run.pathspec); }
    }`;
  const upstream = async (folder: FlowFolder, ...words: readonly string[]) => {
    await folder.command("flow.ts:FirstFlow", "run", ...words);
    return folder.newestRun("FirstFlow");
  };

  it.each(ISOLATIONS)("gives the run and its data %j", async (...isolation) => {
    const folder = await flowOf(SOURCE);
    const first = await upstream(folder);
    const second = await upstream(folder);
    const { run, ...result } = await folder.run(
      ...[...isolation, "--trigger", first.pathspec, "--trigger", second.pathspec],
    );
    okay(result);
    const names = [second.pathspec, first.pathspec];
    expect(await valuesOf(await run.endTask())).toEqual({ rows: 42, same: true, names });
    expect((await run.trigger?.runs)?.map(({ pathspec }) => pathspec)).toEqual(names);
    okay(await folder.metaflow("resume", "end"));
    expect(await valuesOf(await (await folder.newestRun()).endTask())).toMatchObject({ rows: 42, names });
  });

  it("refuses runs that are not there, not successful, or of other flows", async () => {
    const folder = await flowOf(SOURCE);
    const failed = await upstream(folder, "--fails", "true");
    expect(await refused(folder, "--trigger", failed.pathspec)).toContain("MFD_TRIGGER_RUN_NOT_SUCCESSFUL");
    expect((await folder.metaflow("run", "--trigger", "FirstFlow/1")).stderr).toContain("MF_NO_SUCH_RUN");
    expect(await refused(folder, "--trigger", "FirstFlow")).toContain("MFD_TRIGGER_RUN_INVALID");
    expect(await refused(folder, "--trigger", "OtherFlow/1")).toContain("MFD_TRIGGER_FLOW_UNKNOWN");
  });
});
