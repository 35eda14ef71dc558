/** What a running step is told about itself, and about its run. */
import { beforeAll, describe, expect, it } from "vitest";
import { type FinishedRun, runFlow } from "./flow-run.js";

const FLOW = `
import { currentRun } from "@metaflow-ts/core/client";
const outside = [current.isRunningFlow, current.graph, "graph" in current];
const failure = await currentRun().catch((error: { code: string }) => error.code);

export default class CurrentFlow extends FlowSpec {
  @parameter() alpha = 1;
  list = ["a", "b"];
  seen!: unknown;
  before!: unknown;
  @step start() {
    // What one task does to it is its own.
    (current.graph.steps as Record<string, unknown>).start = null;
    this.next(this.work, { foreach: this.list });
  }
  @step work(item: string) {
    this.seen = [current.graph.flow, Object.keys(current.graph.steps), current.graph.steps.start?.type, current.tempdir];
    this.next(this.join);
  }
  @step async join(inputs: Inputs<CurrentFlow>) {
    const run = await currentRun<CurrentFlow>();
    this.before = [run.id === current.runId, run.userTags, await (await run.task("start")).data.list, outside, failure];
    this.seen = inputs[0]?.seen;
    this.next(this.end);
  }
  @step end() {}
}`;

describe("current", () => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await runFlow(FLOW, ["--tag", "own", "--max-workers", "1"], { env: { METAFLOW_TEMPDIR: "/var/own" } });
  });

  it("has the graph, which no task changes for another, and the folder of temporary files", async () => {
    const { seen } = await run.values("end");
    expect(seen).toEqual(["CurrentFlow", ["start", "work", "join", "end"], "split-foreach", "/var/own"]);
  });

  it("leads to the run, within a step alone", async () => {
    const { before } = await run.values("end");
    expect(before).toEqual([true, ["own"], ["a", "b"], [false, undefined, false], "MF_NO_CURRENT_RUN"]);
  });
});
