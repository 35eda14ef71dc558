/** Stacks that a step looks at itself have positions of its TypeScript, and none of what runs it. */
import { describe, expect, it } from "vitest";
import { createFlowFolder, runFlow } from "./flow-run.js";

const FLOW = `import { FlowSpec, step } from "@metaflow-ts/core";
import { check } from "checker";

interface Unused {
  readonly text: string;
}

const keep = (name: string) => <T extends object>(target: T, _: unknown): T => target;

@keep("it")
export default class StacksFlow extends FlowSpec {
  stack = "";
  seen = "";
  error = new Error("not yet");

  @step async start() {
    try {
      await this.work({ text: "x" } satisfies Unused);
    } catch (error) {
      console.error(error);
      this.error = error as Error;
      this.stack = (error as Error).stack ?? "";
      this.seen = await check(() => Promise.resolve().then(() => new Error("seen").stack ?? ""));
    }
    this.next(this.end);
  }

  private async work(given: Unused): Promise<void> {
    await Promise.resolve();
    throw new TypeError(given.text);
  }

  @step end() {
    throw new RangeError("here");
  }
}
`;

const FILES = {
  "flow.ts": FLOW,
  "node_modules/checker/package.json": `{ "name": "checker", "version": "1.0.0", "type": "module", "exports": "./index.js", "types": "./index.d.ts" }`,
  "node_modules/checker/index.js": `export const check = async (run) => await run();`,
};

const INTERNAL = /metaflow-bundle|node:|\/dist\/|packages\/core/;

describe("a stack that a step looks at", () => {
  it("is the same in what it prints, what it stores, and the records", async () => {
    const folder = await createFlowFolder(FILES);
    const run = await folder.run(["flow.ts", "run"]);
    const { stack, error, seen } = await run.values("start");
    const file = `${folder.path}/flow.ts`;
    const expected = [
      "TypeError: x",
      `    at StacksFlow.work (${file}:30:11)`,
      `    at async StacksFlow.start (${file}:18:7)`,
    ].join("\n");
    expect(stack).toBe(expected);
    expect((error as Error).stack).toBe(expected);
    expect((await run.log("start")).stderr).toContain(expected);
    expect(seen).toMatch(/flow\.ts:23:66/);
    expect(seen).not.toMatch(INTERNAL);
    const recorded = await run.error("end");
    expect(recorded.stack).toEqual(["at StacksFlow.end (flow.ts:34:11)"]);
    expect(recorded.codeFrame).toContain('> 34 |     throw new RangeError("here");');
  });

  it("is made by the user's own Error.prepareStackTrace where there is one", async () => {
    const run = await runFlow(`
      export default class OwnFlow extends FlowSpec {
        files: string[] = [];
        after = "";
        @step start() {
          const before = Error.prepareStackTrace;
          Error.prepareStackTrace = (_, sites) => sites.map((site) => String(site.getFunctionName()));
          this.files = new Error("x").stack as unknown as string[];
          Error.prepareStackTrace = before;
          this.after = new Error("x").stack ?? "";
          this.next(this.end);
        }
        @step end() {}
      }`);
    const { files, after } = await run.values("start");
    expect((files as string[])[0]).toBe("start");
    expect(after).toMatch(/^Error: x\n {4}at OwnFlow\.start \([^\n]*flow\.ts:11:24\)$/);
  });

  it("leaves the process clean for the next task", async () => {
    const run = await runFlow(
      `export default class CleanFlow extends FlowSpec {
        pid = 0;
        stack = "";
        @step start() { this.stack = new Error("x").stack ?? ""; this.pid = process.pid; this.next(this.end); }
        @step end() { this.stack = new Error("x").stack ?? ""; this.after = process.pid; }
        after = 0;
      }`,
      ["--max-workers", "1"],
    );
    const { pid, after } = await run.values("end");
    expect(after).toBe(pid);
  });
});
