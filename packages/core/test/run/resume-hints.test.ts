/** What the end of a failed run says of how to go on. */
import { expect, it } from "vitest";
import { createFlowFolder, IMPORTS } from "./flow-run.js";

it("artifacts that a join let go are had again by a resume from the join on, which the summary says", async () => {
  const source = (merge: string) => `${IMPORTS}
export default class LostFlow extends FlowSpec {
  score = 1;
  @step start() { this.next(this.a, this.b); }
  @step a() { this.next(this.join); }
  @step b() { this.next(this.join); }
  @step join(inputs: Inputs<LostFlow>) {
    ${merge}
    this.next(this.end);
  }
  @step end() { console.log(this.score); }
}`;
  const folder = await createFlowFolder({ "lost.ts": source("") });
  const { code, stdout } = await folder.cli(["lost.ts", "run"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/ metaflow lost\.ts resume join {2}/);
  await folder.write("lost.ts", source("this.mergeArtifacts(inputs);"));
  expect((await folder.cli(["lost.ts", "resume", "join"])).code).toBe(0);
});
