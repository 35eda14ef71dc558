/** Code that ends the process, or never ends, while it is loaded: no command takes that for a success. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parameterFlow } from "../cli/flows.js";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

const EXIT =
  /^.*Package exitd, which provides the step decorator 'exitd', could not be imported from .*exitd\/index\.js: process\.exit\(0\) was called at its top/m;

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  await layPlugin(cwd, { name: "exitd", provides: { decorators: ["exitd"] }, source: "process.exit(0);" });
  await layPlugin(cwd, {
    name: "hidden",
    provides: { decorators: ["hidden"] },
    source: "try { process.exit(0); } catch {} export default { name: 'hidden' };",
  });
  await layPlugin(cwd, {
    name: "pending",
    provides: { decorators: ["pending"] },
    source: "await new Promise(() => {});",
  });
  await layPlugin(cwd, {
    name: "exits-in-serializer",
    provides: { serializers: ["point"] },
    source: "process.exit(0);",
  });
});

describe("a plugin that ends the process when it is imported", () => {
  it("is named by what uses it, and nothing runs", async () => {
    const { code, stdout, stderr } = await runCli(["train.ts", "run", "--with", "exitd"], { cwd });
    expect(stderr).toMatch(EXIT);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("is named even if it makes nothing of it, as is one that never ends", async () => {
    expect((await runCli(["train.ts", "run", "--with", "hidden"], { cwd })).stderr).toContain("Package hidden,");
    const pending = await runCli(["train.ts", "show", "--with", "pending"], { cwd });
    expect(pending.stderr).toMatch(/Package pending, .*: the 'await' at its top never ends/);
    expect(pending.code).toBe(2);
  });

  it("does not keep `metaflow plugins` from listing all of them", async () => {
    const { code, stdout } = await runCli(["plugins"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(EXIT);
    expect(stdout).toMatch(/Package hidden, .*process\.exit\(0\) was called/);
    expect(stdout).toMatch(/Package pending, .*never ends/);
  });

  it("is named where a task needs its serializer", async () => {
    const flow = `import { FlowSpec, step } from "@metaflow-ts/core";
      class Point { x = 1; }
      export default class PointFlow extends FlowSpec {
        @step start() { this.point = new Point(); this.next(this.end); }
        @step end() {}
        declare point: unknown;
      }`;
    await writeFlow(cwd, "point.ts", flow);
    const { code, stdout, stderr } = await runCli(["point.ts", "run"], { cwd });
    expect(`${stdout}${stderr}`).toMatch(
      /Package exits-in-serializer, .* serializer 'point', .*process\.exit\(0\) was called/,
    );
    expect(code).toBe(1);
  });

  it("is no success when it happens later", async () => {
    const folder = await makeTempDir();
    await layPlugin(folder, {
      name: "later",
      provides: { commands: [{ name: "later", summary: "ends in the middle" }] },
      source: `setTimeout(() => process.exit(0), 50);
        export default { name: "later", commands: [
          { name: "later", summary: "ends", flow: "ignored", run: () => new Promise((done) => setTimeout(done, 20_000)) } ] };`,
    });
    const { code, stderr } = await runCli(["later"], { cwd: folder });
    expect(stderr).toMatch(/MF_PROCESS_ENDED: .*exit code 0/);
    expect(code).toBe(1);
  });
});

describe("a config and a flow that end the process when they are loaded", () => {
  it.each([
    ["process.exit(0);", "process.exit(0) was called at its top"],
    ["await new Promise(() => {});", "the 'await' at its top never ends"],
    ["throw new RangeError('no');", "RangeError: no"],
  ])("are named: %s", async (source, reason) => {
    const folder = join(cwd, "stopped");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const config = join(folder, "metaflow.config.ts");
    await writeFlow(folder, "train.ts", parameterFlow);
    await writeFile(config, `${source}\nexport default {};`);
    const isPlaceKnown = !source.startsWith("await");
    for (const words of [["plugins"], ["train.ts", isPlaceKnown ? "run" : "check"]]) {
      const { code, stdout, stderr } = await runCli(words, { cwd: folder });
      expect(stderr).toContain(reason);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      if (isPlaceKnown) expect(stderr).toMatch(/MF_CONFIG_NOT_LOADED: .*metaflow\.config\.ts' failed/);
      if (isPlaceKnown) expect(stderr).toContain("metaflow.config.ts:1:");
    }
    await rm(config);
    await writeFile(join(folder, "train.ts"), `${source}\n${parameterFlow}`);
    const { code, stderr } = await runCli(["train.ts", isPlaceKnown ? "run" : "check"], { cwd: folder });
    expect(stderr).toMatch(/MF_FLOW_NOT_LOADED: .*train\.ts' failed/);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });
});
