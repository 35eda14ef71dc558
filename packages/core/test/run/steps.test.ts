/** Steps as TypeScript lets people write them. */
import { expect, it } from "vitest";
import { runFlow } from "./flow-run.js";

it("steps may be async, clean up after next, and declare resources with using", async () => {
  const run = await runFlow(`
import { setTimeout as sleep } from "node:timers/promises";
export default class StyleFlow extends FlowSpec {
  trace: string[] = [];
  @step async start() {
    await sleep(20);
    this.trace.push("awaited");
    try {
      this.trace.push("try");
      this.next(this.middle);
    } finally {
      await sleep(5);
      this.trace.push("finally");
    }
  }
  @step async middle() {
    const trace = this.trace;
    using first = { [Symbol.dispose]: () => void trace.push("disposed") };
    await using second = { [Symbol.asyncDispose]: async () => { await sleep(5); trace.push("disposed later"); } };
    trace.push(typeof first + typeof second);
    this.next(this.end);
  }
  @step end() { this.trace.push("end"); }
}`);
  expect(run.code).toBe(0);
  expect(await run.values("end")).toEqual({
    trace: ["awaited", "try", "finally", "objectobject", "disposed later", "disposed", "end"],
  });
});

it("a flow may consist of one step", async () => {
  const run = await runFlow(`
export default class OneFlow extends FlowSpec {
  answer!: number;
  @step only() { this.answer = 42; }
}`);
  expect(run.code).toBe(0);
  expect(await run.values("only")).toEqual({ answer: 42 });
});

it("start and end may have other names", async () => {
  const run = await runFlow(`
export default class NamesFlow extends FlowSpec {
  first = "initial";
  @step({ start: true }) begin() { this.next(this.finish); }
  @step({ end: true }) finish() {}
}`);
  expect(run.code).toBe(0);
  expect(await run.values("finish")).toEqual({ first: "initial" });
  expect(run.finished.counts.successful).toBe(2);
});

it("current tells a step about itself, also after awaiting, and nothing outside of a step", async () => {
  const run = await runFlow(
    `
const outside = [current.isRunningFlow, current.runId, current.stepName];
async function helper(): Promise<string> {
  await new Promise((done) => setImmediate(done));
  return current.pathspec;
}
export default class CurrentFlow extends FlowSpec {
  @parameter() alpha = 1;
  seen!: unknown;
  items = [1];
  @step start() { this.next(this.body, { foreach: this.items }); }
  @step async body() {
    const { flowName, stepName, taskId, retryCount, tags, parameterNames, originRunId } = current;
    const rest = { flowName, stepName, taskId, retryCount, tags: [...tags], parameterNames, originRunId };
    this.seen = { outside, pathspec: await helper(), ...rest };
    this.next(this.join);
  }
  @step join(inputs: Inputs<CurrentFlow>) { this.mergeArtifacts(inputs); this.next(this.end); }
  @step end() {}
}`,
    ["--tag", "nightly"],
  );
  expect(run.code).toBe(0);
  expect((await run.values("end")).seen).toEqual({
    outside: [false, undefined, undefined],
    pathspec: `CurrentFlow/${run.run.id}/body/i0`,
    flowName: "CurrentFlow",
    stepName: "body",
    taskId: "i0",
    retryCount: 0,
    tags: ["nightly"],
    parameterNames: ["alpha"],
    originRunId: undefined,
  });
});
