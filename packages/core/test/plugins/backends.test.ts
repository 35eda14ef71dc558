/** A backend outside of core runs the steps that name it, or all; the others run as ever. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { elsewhereConfig } from "../../src/testing/elsewhere-backend.js";
import { makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

const FLOW = `
import { FlowSpec, step } from "@metaflow-ts/core";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";
const anything = { "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value: value as object }) } } as const;
const toy = defineStepDecorator({
  name: "toy", contract: 1, options: anything,
  policy: (options) => ({
    backend: { name: "toy", options: { ...options } },
    retry: { times: 0, platformTimes: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 },
  }),
});
const resources = defineStepDecorator({ name: "resources", contract: 1, options: anything });

export default class PlaceFlow extends FlowSpec {
  items!: number[];
  pids!: number[];
  @step start() { this.pids = [process.ppid]; this.items = [1, 2, 3]; this.next(this.far, { foreach: this.items }); }
  @toy({ color: "red" }) RESOURCES @step far(item: number) { this.pids = [item]; console.log("far", item); BODY; this.next(this.join); }
  @step join(inputs: { pids: number[] }[]) { this.pids = inputs.flatMap((each) => each.pids); this.next(this.end); }
  @step end() { console.log("sum", this.pids.join()); }
}
`;
const flow = (body = "", resources = "") => FLOW.replace("BODY", body).replace("RESOURCES", resources);

const TOY = `
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
let running = 0;
const options = { "~standard": { version: 1, vendor: "toy", validate: (value) =>
  value.color === "blue" ? { issues: [{ message: "is sold out", path: ["color"] }] } : { value: { size: 1, ...value } } } };
const toy = {
  name: "toy",
  capabilities: { local: true, resources: ["cpu", "memory"], maxParallel: 2, gangs: false },
  options,
  check: (step, { color }) => (step.name === "far" && color === "green" ? "green is for other steps" : null),
  async open({ environment, flow, runId }) {
    const note = (line) => appendFileSync(environment.TOY_LOG, JSON.stringify(line) + "\\n");
    note({ open: flow });
    const children = new Set();
    return {
      launch({ command: [program, ...words], variables, step, task, attempt, options, resources }, listener) {
        note({ step, task, attempt, options, resources, running: ++running });
        const child = spawn(program, words, { env: { ...environment, ...variables, TOY: "yes" }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
        children.add(child);
        listener.onStart({});
        const closed = new Promise((done) => child.on("close", (code, signal) => { running--; children.delete(child); done({ code, signal }); }));
        for (const stream of ["stdout", "stderr"]) {
          child[stream].setEncoding("utf8").on("data", (text) => text.split("\\n").filter(Boolean).forEach((line) => listener.onLine(stream, line, true)));
        }
        const lose = environment.TOY_LOSE && task === "i1" && (attempt === 0 || environment.TOY_LOSE === "always");
        if (lose) setTimeout(() => process.kill(-child.pid, "SIGKILL"), 50);
        return {
          ended: closed.then(({ code, signal }) => lose ? { kind: "lost", reason: "the toy box was closed" } : signal ? { kind: "signal", signal } : { kind: "exited", code }),
          stop() { note({ stop: task }); process.kill(-child.pid, "SIGTERM"); },
          kill() { note({ kill: task }); process.kill(-child.pid, "SIGKILL"); },
        };
      },
      async close() { note({ close: children.size }); for (const { pid } of children) process.kill(-pid, "SIGKILL"); },
    };
  },
};
export default { name: "metaflow-toy", backends: [toy, { name: "unopened", capabilities: { local: true, resources: "ignored", maxParallel: null, gangs: false }, open() { throw new Error("no key"); } }] };
`;

let cwd: string;
beforeEach(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "place.ts", flow());
  await layPlugin(cwd, { name: "metaflow-toy", provides: { backends: ["toy", "unopened"] }, source: TOY });
  await layPlugin(cwd, {
    name: "metaflow-broken",
    provides: { backends: ["broken"] },
    source: `throw new Error("cannot start");`,
  });
});

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(["place.ts", ...words], { cwd, env: { TOY_LOG: join(cwd, "toy.log"), ...env } });

async function toyLog(): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(join(cwd, "toy.log"), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

describe("a backend of a plugin", () => {
  it("runs the step that names it, with its options, and no more at a time than it can", async () => {
    const { code, stdout } = await run(["run", "--max-workers", "4"]);
    expect(code).toBe(0);
    expect(stdout).toContain("sum 1,2,3");
    expect(stdout).toContain("far 2");
    const [opened, ...log] = await toyLog();
    expect(opened).toEqual({ open: "PlaceFlow" });
    expect(log.filter(({ step }) => step === "far")).toHaveLength(3);
    for (const { step, attempt, options, running, resources } of log.slice(0, 3)) {
      expect({ step, attempt, options, resources }).toEqual({
        ...{ step: "far", attempt: 0, options: { color: "red", size: 1 } },
        resources: null,
      });
      expect(running).toBeLessThanOrEqual(2);
    }
    expect(log.at(-1)).toEqual({ close: 0 });
    const logs = await run(["logs", "latest/far"]);
    expect(logs.stdout).toMatch(/far 1.*far 2.*far 3/s);
  });

  it.each([
    [["--backend", "toy"], {}],
    [[], { METAFLOW_BACKEND: "toy" }],
  ])("runs every step where the run is told so: %j %j", async (words, env) => {
    expect(await run(["run", ...words], env)).toMatchObject({ code: 0 });
    const steps = (await toyLog()).flatMap(({ step }) => (step === undefined ? [] : [step]));
    expect(steps).toEqual(["start", "far", "far", "far", "join", "end"]);
  });

  it("that loses a place gets the attempt again, by the step's platform retries", async () => {
    const { code } = await run(["run"], { TOY_LOSE: "once" });
    expect(code).toBe(0);
    const attempts = (await toyLog()).filter(({ task }) => task === "i1").map(({ attempt }) => attempt);
    expect(attempts).toEqual([0, 1]);
    const lost = await run(["run"], { TOY_LOSE: "always" });
    expect(lost).toMatchObject({ code: 1, stdout: expect.stringContaining("MF_TASK_LOST") });
    expect(lost.stdout).toContain("The place where task far/i1 ran was lost: the toy box was closed.");
  });

  it("is told to stop what runs at Ctrl-C, and the rest never starts", async () => {
    await writeFlow(cwd, "place.ts", flow("while (true) {}"));
    const env = { TOY_LOG: join(cwd, "toy.log") };
    const { child, waitFor, result } = startCli(["place.ts", "run"], { cwd, env });
    await waitFor("far 1");
    child.kill("SIGINT");
    expect(await result).toMatchObject({ code: 130 });
    const log = await toyLog();
    expect(log.filter(({ stop }) => stop !== undefined).length).toBeGreaterThan(0);
    expect(log.filter(({ step }) => step === "far").length).toBeLessThan(3);
  }, 30_000);

  it("goes on when the driver is killed, and a resume takes over what it committed", async () => {
    const gate = `if (item !== 1) while (!require("node:fs").existsSync("go")) {}`;
    await writeFlow(
      cwd,
      "place.ts",
      `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);${flow(gate)}`,
    );
    const { child, waitFor, result } = startCli(["place.ts", "run", "--max-workers", "1"], {
      cwd,
      env: { TOY_LOG: join(cwd, "toy.log") },
    });
    await waitFor("far 2");
    child.kill("SIGKILL");
    await result;
    await writeFile(join(cwd, "go"), "");
    await expect
      .poll(async () => (await run(["dump", "latest/far", "--json"])).stdout.match(/"successful"/g)?.length, {
        timeout: 10_000,
      })
      .toBeGreaterThanOrEqual(2);
    const resumed = await run(["resume"]);
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining("sum 1,2,3") });
    const launched = (await toyLog()).flatMap(({ step, task }) => (step === "far" ? [task] : []));
    expect(launched).toEqual(["i0", "i1", "i2"]);
  }, 30_000);

  it.each([
    [
      "what it refuses",
      flow().replace("red", "green"),
      [],
      "MF_BACKEND_REFUSED: Step 'far' cannot run on the backend 'toy': green is for other steps.",
    ],
    [
      "options that it cannot take",
      flow().replace("red", "blue"),
      [],
      "MF_PLUGIN_OPTIONS_INVALID: The backend 'toy' has options that it cannot take: color: is sold out.",
    ],
    [
      "resources that it cannot give",
      flow("", "@resources({ cpu: 2, memory: 100, gpu: 1 })"),
      [],
      "MF_BACKEND_REFUSED: Step 'far' cannot run on the backend 'toy': its decorator 'resources' asks for gpu, which it cannot give.",
    ],
    [
      "an unknown name",
      flow(),
      ["--backend", "tyo"],
      "MF_PLUGIN_NAME_UNKNOWN: There is no backend 'tyo'. These are there: pool, process,",
    ],
    [
      "a broken package",
      flow(),
      ["--backend", "broken"],
      "MF_PLUGIN_NOT_LOADED: Package metaflow-broken, which provides the backend 'broken',",
    ],
  ])("refuses %s before anything runs", async (_, source, words, message) => {
    await writeFlow(cwd, "place.ts", source);
    const { code, stderr } = await run(["run", ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(await toyLog()).toEqual([]);
    expect((await run(["runs", "--json"])).stdout).toContain('"runs":[]');
  });

  it("that cannot be opened fails the run, which says why", async () => {
    const { code, stdout } = await run(["run", "--backend", "unopened"]);
    expect(code).toBe(1);
    expect(stdout).toContain("The place where task start/0 ran was lost: no key.");
  });
});

describe("a backend that is elsewhere", () => {
  const elsewhere = FLOW.replace(
    'backend: { name: "toy", options: { ...options } }',
    'backend: { name: "elsewhere", options: {} }',
  );
  const text = elsewhere.replace("BODY", "").replace("RESOURCES", "");
  const config = (more: string) => `import backend from "./elsewhere.ts"; export default { ...backend, ${more} };`;
  const lay = async (more = "") => {
    await writeFlow(cwd, "place.ts", text);
    await writeFlow(cwd, "elsewhere.ts", elsewhereConfig);
    await writeFlow(cwd, "metaflow.config.ts", config(more));
  };
  const started = () => readFile(join(cwd, "log"), "utf8").catch(() => "");
  const env = () => ({ ELSEWHERE_LOG: join(cwd, "log"), METAFLOW_DATASTORE_SYSROOT_LOCAL: join(cwd, "store") });

  it("starts the steps that name it from the run's code package; the others run here", async () => {
    await lay();
    const { code, stdout, stderr } = await run(["run"], env());
    expect([code, stderr]).toEqual([0, expect.anything()]);
    expect(stdout).toContain("sum 1,2,3");
    expect((await started()).trim().split("\n").toSorted()).toEqual(["far i0 0", "far i1 0", "far i2 0"]);
    const logs = await run(["logs", "latest/far"], env());
    expect(logs.stdout).toMatch(/far 1.*far 2.*far 3/s);
  }, 60_000);

  it("is refused with the environment before there is a run", async () => {
    await lay(`environment: "none", environments: [{
      name: "none", contract: 1, check: (step) => (step.name === "far" ? "it is too far" : null), collect() {}, bootstrap() {},
    }]`);
    const { code, stderr } = await run(["run"], env());
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/MF_ENVIRONMENT_REFUSED[\s\S]*'far': it is too far/),
    });
    expect((await run(["runs", "--json"], env())).stdout).toContain('"runs":[]');
    expect(await started()).toBe("");
  });
});
