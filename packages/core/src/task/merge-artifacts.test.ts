import { describe, expect, it } from "vitest";
import type { ArtifactRef } from "../contracts/serializer.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { exampleTask } from "../testing/example-records.js";
import { inProcess } from "../testing/in-process-run.js";
import { mergeArtifacts } from "./merge-artifacts.js";

const ref = (value: number): ArtifactRef => ({ type: "number", size: 1, encoding: "json", value });
const input = (artifacts: Record<string, ArtifactRef>) => exampleTask({ artifacts });
const INPUTS = [
  input({ same: ref(1), other: ref(2), left: ref(3), apart: ref(4) }),
  input({ same: ref(1), other: ref(5), apart: ref(6) }),
];

function merge(options: Parameters<typeof mergeArtifacts>[2], own: readonly string[] = []) {
  const taken: Record<string, ArtifactRef> = {};
  const inherit = (name: string, from: ArtifactRef): void => {
    taken[name] = from;
  };
  try {
    mergeArtifacts({ step: "join", has: (name) => own.includes(name), inherit }, INPUTS, options);
  } catch (error) {
    return { taken, error };
  }
  return { taken, error: null };
}

describe("mergeArtifacts", () => {
  it("takes over what is the same wherever it is, besides what the join has already", () => {
    expect(merge({}, ["other", "apart"])).toEqual({ taken: { same: ref(1), left: ref(3) }, error: null });
    expect(merge({ exclude: ["other", "apart"] })).toEqual({ taken: { same: ref(1), left: ref(3) }, error: null });
  });

  it("takes over nothing but what is included", () => {
    expect(merge({ include: ["left"] })).toEqual({ taken: { left: ref(3) }, error: null });
    expect(merge({ include: [] })).toEqual({ taken: {}, error: null });
    expect(merge({ include: ["left", "mine"] }, ["mine"])).toEqual({ taken: { left: ref(3) }, error: null });
  });

  it("names all conflicts at once and takes over nothing", () => {
    const { taken, error } = merge({});
    expect(error).toMatchObject({
      code: "MF_MERGE_CONFLICT",
      message: expect.stringContaining("'apart', 'other'"),
      fix: 'Assign this.apart and this.other before mergeArtifacts, or leave them out: this.mergeArtifacts(inputs, { exclude: ["apart", "other"] }).',
    });
    expect(taken).toEqual({});
  });

  it("does not take what no input has, nor include and exclude together", () => {
    const missing = merge({ include: ["same", "nowhere"] });
    expect(missing.error).toMatchObject({ code: "MF_MERGE_MISSING", message: expect.stringContaining("'nowhere'") });
    expect(missing.taken).toEqual({});
    expect(merge({ include: ["same"], exclude: ["left"] }).error).toMatchObject({ code: "MF_MERGE_OPTIONS" });
  });

  it.each([
    ["MF_MERGE_OUTSIDE_JOIN", "this.mergeArtifacts([]);", ""],
    ["MF_MERGE_INPUTS", "", "this.mergeArtifacts([...inputs]);"],
  ])("called wrongly is %s", async (code, inBranch, inJoin) => {
    const flow = inProcess(
      compiledFlow(`
        start() { this.next(this.left, this.right); }
        left() { ${inBranch} this.next(this.join); }
        right() { this.next(this.join); }
        join(inputs) { ${inJoin} this.next(this.end); }
        end() {}`).definition,
    );
    const failed: (string | null | undefined)[] = [];
    const { status } = await flow.run({
      observer: (event) => event.type === "task.finished" && event.error !== null && failed.push(event.error.code),
    });
    expect(status).toBe("failed");
    expect(failed).toContain(code);
  });
});
