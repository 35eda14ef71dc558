/** What plugins and the config give in another shape than its kind has, and hooks that fail: the plugin is named. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parameterFlow } from "../cli/flows.js";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

const SCHEMA = `{ "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } }`;
const ALL = `{ foreach: true, switches: true, loops: true, gangs: true, flowDecorators: [], backends: [], resources: "ignored" }`;

/** By package: the kind, the contribution's fields beside its name, and what is said of it. */
const BROKEN: Readonly<Record<string, readonly [kind: string, fields: string, problem: string]>> = {
  backend: ["backends", "open() {}", "its 'capabilities' has to be an object."],
  "backend-parts": [
    "backends",
    "capabilities: { local: 1, resources: [], maxParallel: null }, open() {}",
    "its 'capabilities.local' has to be true or false; its 'capabilities.gangs' has to be true or false.",
  ],
  metadata: ["metadataProviders", "", "its 'open' has to be a function."],
  deployer: ["deployers", `capabilities: ${ALL}`, "its 'compile' has to be a function."],
  secrets: ["secrets", `contract: 99, options: ${SCHEMA}, resolve() {}`, "its 'contract' has to be 1,"],
  environment: ["environments", "contract: 1, collect() {}", "its 'bootstrap' has to be a function."],
  observer: ["observers", "options: 5, open() {}", "its 'options' has to be a Standard Schema."],
  card: ["cards", "render: 'x'", "its 'render' has to be a function."],
  datastore: ["datastores", "scheme: 5, open() {}", "its 'scheme' has to be a scheme or null."],
  decorator: ["decorators", `contract: 2, options: ${SCHEMA}`, "it is written for version 2 of the contract"],
  wrapped: ["decorators", `contract: 1, options: ${SCHEMA}, wrap: 5`, "its 'wrap' has to be a function"],
  "flow-decorator": ["flowDecorators", `contract: 1, options: ${SCHEMA}, strat() {}`, "did you mean 'start'?"],
  serializer: ["serializers", "version: 1, package: 'x', claims() {}, encode() {}", "no method 'decode'"],
};

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  for (const [name, [kind, fields]] of Object.entries(BROKEN)) {
    const source = `export default { name: "of-${name}", ${kind}: [{ name: "${name}", ${fields} }] };`;
    await layPlugin(cwd, { name: `of-${name}`, provides: { [kind]: [name] }, source });
  }
  const throws = `() { throw new TypeError("no server"); }`;
  await layPlugin(cwd, {
    name: "thrower",
    provides: { datastores: ["throws", "empty"], metadataProviders: ["throws"], deployers: ["throws", "empty"] },
    source: `export default { name: "thrower",
      datastores: [{ name: "throws", scheme: "throws", open${throws} }, { name: "empty", scheme: "empty", open() {} }],
      metadataProviders: [{ name: "throws", open${throws} }],
      deployers: [
        { name: "throws", capabilities: ${ALL}, compile${throws} },
        { name: "empty", capabilities: ${ALL}, compile() {} },
      ] };`,
  });
});

describe("a contribution that is not what its kind has", () => {
  it("is told of by `metaflow plugins`, with its package, whatever its kind", async () => {
    const { lines } = await runCli(["plugins", "--json"], { cwd });
    const listed = lines.map((line) => JSON.parse(line) as { package: string; problems: { message: string }[] });
    for (const [name, [, , problem]] of Object.entries(BROKEN)) {
      const problems = listed.find((each) => each.package === `of-${name}`)?.problems ?? [];
      expect([name, problems.map(({ message }) => message)]).toEqual([name, [expect.stringContaining(problem)]]);
    }
    expect(listed.find((each) => each.package === "thrower")?.problems).toEqual([]);
  });

  it.each([
    ["backend", ["run", "--backend", "backend"]],
    ["metadata", ["run", "--metadata", "metadata"]],
    ["deployer", ["deploy", "--target", "deployer"]],
    ["environment", ["run", "--environment", "environment"]],
    ["observer", ["run", "--observer", "observer"]],
    ["datastore", ["run", "--datastore", "datastore", "--datastore-root", "x"]],
  ])("is refused where it is used: %s", async (name, words) => {
    const { code, stderr } = await runCli(["train.ts", ...words], { cwd });
    expect(stderr).toMatch(/^Error MF_PLUGIN_CONTRIBUTION_INVALID: /);
    expect(stderr).toContain(`'${name}' of of-${name} cannot be used: ${BROKEN[name]?.[2]}`);
    expect(code).toBe(2);
  });
});

it.each([
  [
    ["run", "--datastore-root", "throws://x"],
    "The datastore 'throws' from .*thrower/index.js failed in its 'open': TypeError: no server",
  ],
  [
    ["run", "--datastore-root", "empty://x"],
    "The datastore 'empty' from .*thrower/index.js failed in its 'open'.*no datastore",
  ],
  [
    ["run", "--metadata", "throws"],
    "The metadata provider 'throws' from .*thrower/index.js failed in its 'open': TypeError: no server",
  ],
  [["deploy", "--target", "throws"], "The deployer 'throws' failed in its 'compile': TypeError: no server"],
  [
    ["deploy", "--target", "empty"],
    "The deployer 'empty' failed in its 'compile': TypeError: it gave no list of files",
  ],
])("a hook that fails is the plugin's fault: %j", async (words, message) => {
  const { stderr } = await runCli(["train.ts", ...words], { cwd });
  expect(stderr).toMatch(new RegExp(`^Error MF_PLUGIN_HOOK_FAILED: ${message}`));
});

it.each([
  ["{ decorators: 5 }", "its 'decorators' is no list"],
  ["{ plugins: {} }", "its 'plugins' is no list"],
  [`{ disable: "x" }`, "its 'disable' is no list"],
  ["{ disable: [5] }", "its 'disable' holds something else than names of packages"],
  ["{ cards: [null] }", "its 'cards' holds something without a name"],
])("a config is refused that is %s", async (config, reason) => {
  const folder = await makeTempDir();
  await writeFlow(folder, "train.ts", parameterFlow);
  await writeFile(join(folder, "metaflow.config.ts"), `export default ${config};`);
  const { code, stderr } = await runCli(["train.ts", "run"], { cwd: folder });
  expect(stderr).toMatch(/MF_CONFIG_INVALID: .*metaflow\.config\.ts/);
  expect(stderr).toContain(reason);
  expect(code).toBe(2);
});
