/** Flows as other engines run them: the shell's script, and a deployer of a plugin. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { everyTask, everyWayFlow } from "../run/every-way.js";
import { createFlowFolder, type FlowFolder } from "../run/flow-run.js";
import { layPlugin } from "./laid-plugin.js";

const execute = promisify(execFile);
const SMALL = `
import { FlowSpec, step } from "@metaflow-ts/core";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";
const anything = { "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value: value as object }) } } as const;
const acme = defineStepDecorator({ name: "acme", contract: 1, options: anything, policy: () => ({ backend: { name: "acme", options: {} } }) });
export default class SmallFlow extends FlowSpec {
  items = [1];
  @step start() { this.items = [1, 2]; this.next(this.work, { foreach: this.items }); }
  @acme @step work() { this.next(this.join); }
  @step join(inputs: unknown) { this.next(this.end); }
  @step end() {}
}
`;

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": everyWayFlow, "small.ts": SMALL });
  await layPlugin(folder.path, {
    name: "metaflow-paper",
    provides: { deployers: ["paper"] },
    source: `
      const capabilities = { foreach: false, switches: true, loops: true, gangs: true, flowDecorators: [], backends: ["acme"], resources: "ignored" };
      export default { name: "metaflow-paper", deployers: [{
        name: "paper", capabilities,
        check: (step) => (step.name === "join" ? "its name is too short" : null),
        compile: ({ graph, regions, parameters }) => ({ files: [{ path: "a/flow.json", text: JSON.stringify({ regions, parameters: Object.keys(parameters) }) }] }),
      }] };`,
  });
  await layPlugin(folder.path, {
    name: "metaflow-broken",
    provides: { deployers: ["broken"] },
    source: `throw new Error("cannot start");`,
  });
});

/** The references of all artifacts, by task: the bytes that were stored, not what is made of them. */
async function stored(run: string): Promise<unknown> {
  const client = await folder.client();
  const tasks = everyTask.map(async (name) => {
    const task = await client.task(`EveryWay/${run}/${name}`);
    const artifacts = task.artifacts().map(async ({ name, type, size, sha256, ...artifact }) => {
      const value = await task.artifact(name).value();
      return { name, type, size, sha256, value, artifact };
    });
    return { name, artifacts: await Promise.all(artifacts) };
  });
  return JSON.parse(JSON.stringify(await Promise.all(tasks), (key, value) => (key === "pathspec" ? null : value)));
}

describe("deploy", () => {
  it("shell: the script's run is the local run, byte for byte", { timeout: 120_000 }, async () => {
    const env = { NOTES: join(folder.path, "notes.txt") };
    const deployed = await folder.cli(["flow.ts", "deploy", "--target", "shell", "--output", "out folder"]);
    expect(deployed).toMatchObject({ code: 0, stderr: "" });
    const script = join(folder.path, "out folder", "EveryWay.sh");
    expect(deployed.lines).toEqual([script]);
    const local = await folder.run(["flow.ts", "run", "--base", "3"], { env });
    expect(local.code).toBe(0);
    const ended = await execute(script, ["by-shell", "--base", "3"], { env: { ...process.env, ...env } });
    expect(ended.stdout).toContain("successful");
    expect(await stored("by-shell")).toEqual(await stored(local.run.id));
    // The same id again goes on from what is there: nothing.
    const again = await execute(script, ["by-shell"], { env: { ...process.env, ...env } });
    expect(again.stdout).toContain("EveryWay/by-shell");
  });

  it("a plugin's deployer gets the flow's parts and parameters", async () => {
    await writeFile(
      join(folder.path, "plain.ts"),
      `
      import { FlowSpec, parameter, step } from "@metaflow-ts/core";
      export default class PlainFlow extends FlowSpec {
        @parameter() readonly alpha = 1;
        @step start() { this.next(this.end); }
        @step end() {}
      }`,
    );
    const { code, lines } = await folder.cli(["plain.ts", "deploy", "--target", "paper", "--json"]);
    expect(code).toBe(0);
    const { path } = JSON.parse(lines[0] ?? "") as { path: string };
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
      regions: [
        { entry: "start", until: "end" },
        { entry: "end", until: null },
      ],
      parameters: ["alpha"],
    });
  });

  it.each([
    [
      "small.ts",
      "paper",
      /MF_DEPLOYMENT_REFUSED: Flow SmallFlow cannot be deployed to 'paper':\n.*- step 'start' is a foreach, and it has none\n.*- step 'join' is refused: its name is too short/s,
    ],
    ["small.ts", "shell", /- step 'work' runs on the backend 'acme' by a decorator/],
    ["flow.ts", "broken", /MF_PLUGIN_NOT_LOADED/],
    ["flow.ts", "shel", /There is no deployer 'shel'.*Did you mean 'shell'\?/s],
  ])("%s is not deployed to %s", async (file, target, message) => {
    const { code, stderr } = await folder.cli([file, "deploy", "--target", target]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
