/** Every decorator of the package keeps the promises of the contract. */
import type { AnyStepDecorator } from "@metaflow-ts/core/plugin";
import { stepDecoratorSuite } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { plugin } from "./index.js";

/** By name: options that the decorator takes, and some that it refuses. */
const SAMPLES: Readonly<Record<string, { readonly taken: readonly object[]; readonly refused: readonly unknown[] }>> = {
  retry: { taken: [{}, { times: 2, delay: "2s" }, { minutesBetween: 1 }], refused: [{ times: -1 }, { delay: "soon" }] },
  catchError: { taken: [{ print: false }, { var: "failure", print: false }], refused: [{ var: "a b" }, 3] },
  timeout: { taken: [{ seconds: 3 }, { minutes: 1, hours: 1 }], refused: [{}, { seconds: -1 }] },
  environment: { taken: [{ vars: { A: "1" } }], refused: [{ vars: 1 }] },
  resources: { taken: [{}, { cpu: 2, memory: "4Gi" }], refused: [{ cpu: 0 }] },
  parallel: { taken: [{}], refused: [{ nodes: 2 }] },
  secrets: {
    taken: [{ sources: [{ type: "inline", options: { envVars: { TOKEN: "t0ken" } } }] }],
    refused: [{ sources: 3 }],
  },
};

it("every decorator has samples", () => {
  expect(plugin.decorators.map(({ name }) => name).sort()).toEqual(Object.keys(SAMPLES).sort());
});

for (const decorator of plugin.decorators) {
  const { taken, refused } = SAMPLES[decorator.name] ?? { taken: [], refused: [] };
  stepDecoratorSuite(decorator.name, () => ({ decorator: decorator as AnyStepDecorator, options: taken, refused }));
}
