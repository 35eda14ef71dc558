import { join } from "node:path";
import { expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";

const FLOW = `import { FlowSpec, step } from "@metaflow-ts/core";

export default class EnvironmentFlow extends FlowSpec {
  @step start() {
    console.log("seen:" + JSON.stringify([process.env.NODE_OPTIONS ?? null, process.env.METAFLOW_WORKER_KEY ?? null, process.execArgv]));
  }
}
`;

it.each([undefined, "--no-warnings --max-semi-space-size=64"])(
  "a task sees the environment of the command, whatever its worker needs: NODE_OPTIONS=%s",
  async (options) => {
    const cwd = await makeTempDir();
    await writeFlow(cwd, "flow.ts", FLOW);
    const { code, stdout, stderr } = await runCli([join(cwd, "flow.ts"), "run"], {
      cwd,
      env: { NODE_OPTIONS: options },
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(`${stdout}\n${stderr}`).toContain(`seen:${JSON.stringify([options ?? null, null, []])}`);
  },
);
