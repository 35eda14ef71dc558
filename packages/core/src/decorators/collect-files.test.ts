import { expect, it } from "vitest";
import type { PackagedFile, StepDecorator } from "../contracts/step-decorator.js";
import { checkGraph } from "../graph/check-graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator } from "../testing/decorated-flow.js";
import { attachDecorators } from "./attach-decorators.js";
import { collectFiles } from "./collect-files.js";

function filesOf(decorators: readonly StepDecorator[]): Promise<readonly PackagedFile[]> {
  const { definition } = compiledFlow(`start() { this.next(this.end); } end() {}`);
  const flow = decorated(definition, (step) => (step === "start" ? decorators : []));
  return collectFiles(attachDecorators(checkGraph(flow, null), flow, [], new Map()));
}

const adding = (name: string, content: unknown, decoratorName = "adding"): StepDecorator =>
  decorator(decoratorName, { files: async () => [{ name, content } as PackagedFile] });

it("asks the decorators of all steps, with the step", async () => {
  const settings = decorator("settings", {
    files: (_, { step, graph }) => [{ name: `settings/${step.name}.json`, content: JSON.stringify(graph.flow) }],
  });
  expect(await filesOf([settings, adding("a.bin", Uint8Array.of(1, 2))])).toEqual([
    { name: "settings/start.json", content: '"TestFlow"' },
    { name: "a.bin", content: Uint8Array.of(1, 2) },
  ]);
});

it("keeps one of two that are the same", async () => {
  expect(await filesOf([adding("a", "x", "one"), adding("a", Buffer.from("x"), "two")])).toHaveLength(1);
});

it.each([
  ["../a", "x", "a path within the package"],
  ["/a", "x", "a path within the package"],
  ["a//b", "x", "a path within the package"],
  ["a\\b", "x", "a path within the package"],
  ["a", 3, "its content has to be text or bytes"],
  [undefined, "x", "a file is { name, content }"],
])("refuses %s", async (name, content, problem) => {
  await expect(filesOf([adding(name as string, content, "bad")])).rejects.toThrow(problem);
  await expect(filesOf([adding(name as string, content, "bad")])).rejects.toThrow("'bad' of step 'start'");
});

it("refuses two of one name, and names who failed", async () => {
  await expect(filesOf([adding("a", "x", "one"), adding("a", "y", "two")])).rejects.toThrow(
    "Decorator 'two' of step 'start' cannot add the file 'a' to the code package: another decorator adds one",
  );
  const failing = decorator("failing", {
    files() {
      throw new Error("no disk");
    },
  });
  await expect(filesOf([failing])).rejects.toThrow("Decorator 'failing' of step 'start' failed in its files: no disk");
});
