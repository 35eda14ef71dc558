/** A user's error points to the user's TypeScript, and to nothing else. */
import { describe, expect, it } from "vitest";
import { createFlowFolder } from "./flow-run.js";

const FILES = {
  "flow.ts": `import { FlowSpec, step } from "@metaflow-ts/core";
import { parse } from "./lib/parse.ts";

interface Unused {
  readonly text: string;
}

export default class FramesFlow extends FlowSpec {
  text: string = "{ nope";

  @step async start() {
    await this.prepare();
    this.next(this.end);
  }

  private async prepare(): Promise<void> {
    await Promise.resolve();
    parse({ text: this.text } satisfies Unused);
  }

  @step end() {}
}
`,
  "lib/parse.ts": `import { check } from "checker";

type Input = { text: string };

export function parse(input: Input): unknown {
  return [input.text].map((text) => check(() => JSON.parse(text)));
}
`,
  "node_modules/checker/package.json": `{ "name": "checker", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
  "node_modules/checker/index.js": `export const check = (run) => run();`,
};

describe("the stack of an error", () => {
  it("has the user's frames, in positions of the files that were written", async () => {
    const folder = await createFlowFolder(FILES);
    const run = await folder.run(["flow.ts", "run"]);
    const { type, stack, codeFrame } = await run.error("start");
    expect(type).toBe("SyntaxError");
    const places = stack.map((frame) => /([\w./]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? frame);
    expect(places.filter((place) => !place.includes("node_modules") && !place.includes("<anonymous>"))).toEqual([
      "lib/parse.ts:6:54",
      "lib/parse.ts:6:37",
      "lib/parse.ts:6:23",
      "flow.ts:18:5",
      "flow.ts:12:5",
    ]);
    expect(codeFrame).toContain("> 6 |   return [input.text].map((text) => check(() => JSON.parse(text)));");
    expect(codeFrame).not.toContain("class FramesFlow");
  });

  it("shows nothing of Node, of the command or of the bundle to whoever runs the flow", async () => {
    const folder = await createFlowFolder(FILES);
    const { stdout, stderr, code } = await folder.cli(["flow.ts", "run"]);
    const text = stdout + stderr;
    expect(code).toBe(1);
    expect(text).toContain("flow.ts:18:5");
    expect(text).toContain("> 6 |");
    expect(text).not.toMatch(/node:internal|dist\/|metaflow-bundle|packages\/core/);
  });
});
