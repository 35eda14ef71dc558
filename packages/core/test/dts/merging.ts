/** Fields that a package adds to `current` are there for flows and for decorators alike. */
import { current, FlowSpec, step, stepDecorator } from "@metaflow-ts/core";
import { defineCommand, defineConfig, defineFlowDecorator, defineStepDecorator } from "@metaflow-ts/core/plugin";

declare module "@metaflow-ts/core" {
  interface Current {
    readonly projectName?: string;
  }
}

const options = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as { name?: string } }) },
} as const;

export const project = defineStepDecorator({
  name: "project",
  contract: 1,
  options,
  async wrap({ name = "none" }, task, proceed) {
    task.setCurrent({ projectName: name });
    await proceed();
  },
});

export const moon = stepDecorator(async function* moon(task) {
  task.setCurrent({ projectName: "moon" });
  yield;
});

export const galaxy = defineFlowDecorator({
  name: "galaxy",
  contract: 1,
  options,
  start: ({ name = "none" }, { given }) => ({ current: { projectName: String(given.name ?? name) } }),
});

export const wrongGalaxy = defineFlowDecorator({
  name: "wrongGalaxy",
  contract: 1,
  options,
  // @ts-expect-error: the field is text
  start: () => ({ current: { projectName: 1 } }),
});

@galaxy({ name: "milky way" })
export class MergingFlow extends FlowSpec {
  name: string | undefined;

  @moon
  @project({ name: "sun" })
  @step
  only() {
    this.name = current.projectName;
    // @ts-expect-error: nobody added it
    this.name = current.branchName;
  }
}

declare module "@metaflow-ts/core/plugin" {
  interface PluginSettings {
    readonly acme?: { readonly url?: string };
  }
}

export const config = defineConfig({ maxWorkers: 2, acme: { url: "http://acme" } });
// @ts-expect-error: the plugin has no such setting
export const wrong = defineConfig({ acme: { address: "x" } });

export const command = defineCommand({
  name: "acme",
  summary: "do it",
  flow: "ignored",
  async run({ settings, output }) {
    const { acme } = await settings();
    output.result({ type: "acme", url: acme?.url ?? null }, acme?.url ?? "nowhere");
  },
});
