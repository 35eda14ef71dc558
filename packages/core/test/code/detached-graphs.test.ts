/** Every task of generated flows in a place of its own: the artifacts are those of the local run, byte for byte. */

import { rm } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalDatastore } from "../../src/datastore/local-datastore.js";
import { type GeneratedFlow, generatedFlows } from "../../src/testing/generated-graphs.js";
import { createFlowFolder } from "../run/flow-run.js";
import { makeTempDir } from "../support/cli.js";
import { resultOf, tasksInOrder } from "../support/detached-run.js";
import { createElsewhere } from "../support/places.js";

const FLOW = "GeneratedFlow";

/** Each task is a process or two. */
const MOST_STEPS = 9;

/** A few flows that have every kind of split, join and loop between them; gangs are more than tasks. */
function chooseFlows(): readonly GeneratedFlow[] {
  const missing = new Set(["branch", "foreach", "switch", "loop"]);
  const fit = fc
    .sample(generatedFlows(), { numRuns: 300, seed: 7 })
    .filter(({ steps, source }) => steps.length >= 6 && steps.length <= MOST_STEPS && !source.includes("numParallel"));
  const covering = fit.filter(({ shape }) => {
    const text = JSON.stringify(shape.shape);
    const brings = [...missing].filter((kind) => text.includes(`"${kind}"`));
    for (const kind of brings) missing.delete(kind);
    return brings.length > 0;
  });
  return [...new Set([...covering, ...fit.slice(0, 2)])];
}
const samples = chooseFlows();

describe("detached tasks", () => {
  it("are those of every kind of graph", () => {
    const text = JSON.stringify(samples.map(({ shape }) => shape.shape));
    for (const kind of ["branch", "foreach", "switch", "loop"]) expect(text).toContain(`"${kind}"`);
  });

  it.each(samples.map(({ source, shape }, k) => [k, JSON.stringify(shape.shape), source] as const))(
    "leave what a local run leaves: flow %i, %s",
    { timeout: 300_000 },
    async (k, _shape, source) => {
      const folder = await createFlowFolder({ "flow.ts": source });
      const store = await makeTempDir();
      const root = ["--datastore-root", store];
      const local = await folder.cli(["flow.ts", "run", "--json", ...root]);
      expect(local.code, local.stderr).toBe(0);
      const registered = await folder.cli(["flow.ts", "init", "--run-id", "detached", ...root]);
      expect(registered.code, registered.stderr).toBe(0);
      const elsewhere = await createElsewhere(`${FLOW}/detached`, root);
      await rm(folder.path, { recursive: true });

      const datastore = createLocalDatastore(store);
      const { pathspec } = JSON.parse(local.lines.at(-1) ?? "") as { pathspec: string };
      const expected = await tasksInOrder(datastore, FLOW, pathspec.split("/")[1] ?? "");
      for (const wave of expected) {
        const ended = wave.map(async ({ step, task }, n) => {
          // An engine may ask for a task, or for a region that is one.
          const words =
            (n + k) % 2 === 0
              ? ["step", `${FLOW}/detached/${step}/${task}`]
              : ["region", `${FLOW}/detached`, step, "--steps", step, ...(task === "0" ? [] : ["--address", task])];
          const { code, stderr } = await elsewhere(words);
          expect([words, code, stderr]).toEqual([words, 0, expect.anything()]);
        });
        await Promise.all(ended);
      }
      const found = await tasksInOrder(datastore, FLOW, "detached");
      expect(found.flat().map(resultOf)).toEqual(expected.flat().map(resultOf));
    },
  );
});
