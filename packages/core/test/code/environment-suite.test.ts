/** The environment contract, kept by `npm`, and for every rule an environment that breaks it. */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Environment, EnvironmentContent, EnvironmentProject } from "../../src/contracts/environment.js";
import { npmEnvironment } from "../../src/packaging/code/npm-environment.js";
import { environmentRules, environmentSuite, type SampleProject } from "../../src/testing/environment-suite.js";
import { makeTempDir } from "../support/cli.js";

const FILES = {
  "package.json": JSON.stringify({ name: "sample", type: "module", dependencies: { "metaflow-none": "1" } }),
  "flow.ts": `import { FlowSpec, step } from "@metaflow-ts/core";
import { add } from "cjs"; import { beside } from "beside";
export default class SampleFlow extends FlowSpec {
  @step start() { console.log("sum", add(1, 2), beside); this.next(this.end); }
  @step end() {}
}`,
  "node_modules/cjs/package.json": '{"name":"cjs","version":"1.0.0"}',
  "node_modules/cjs/index.js": "exports.add = (a, b) => a + b;",
  "node_modules/beside/package.json": '{"name":"beside","version":"1.0.0"}',
  "node_modules/beside/index.js": "exports.beside = require('node:fs').readFileSync(__dirname + '/a.txt', 'utf8');",
  "node_modules/beside/a.txt": "beside",
  "node_modules/metaflow-none/package.json":
    '{"name":"metaflow-none","version":"1.0.0","type":"module","exports":"./i.js","metaflow":{"contract":1,"serializers":["none"]}}',
  "node_modules/metaflow-none/i.js":
    "export default { name: 'metaflow-none', serializers: [{ name: 'none', version: 1, package: 'metaflow-none', claims: () => false }] };",
};

async function makeProject(): Promise<SampleProject> {
  const folder = await makeTempDir();
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return { flowFile: join(folder, "flow.ts"), prints: "sum 3 beside" };
}

environmentSuite({ environment: npmEnvironment, makeProject });

type Change = (content: EnvironmentContent, project: EnvironmentProject) => Partial<EnvironmentContent>;

const collecting = (change: Change): Partial<Environment> => ({
  async collect(project, steps) {
    const content = await npmEnvironment.collect(project, steps);
    return { ...content, ...change(content, project) };
  },
});
const file = (path: string, text: string, from = "here") => ({ path, bytes: Buffer.from(text), from });
const more = (path: string, text: string, from?: string) =>
  collecting(({ files }) => ({ files: [...files, file(path, text, from)] }));
const starting = (change: (command: readonly string[]) => readonly string[]): Partial<Environment> => ({
  async bootstrap(request) {
    const asked = await npmEnvironment.bootstrap(request);
    return { ...asked, command: change(asked.command) };
  },
});

/** For every rule an environment that breaks it. */
const bugs: readonly (readonly [rule: string, bug: Partial<Environment>])[] = [
  ["has a name and the contract's version", { name: "No name" }],
  ["accepts the steps of the sample", { check: ({ name }) => (name === "end" ? "it is the last" : null) }],
  ["brings every module, every plugin and the datastore's provider", collecting(() => ({ modules: {} }))],
  ["brings every module, every plugin and the datastore's provider", collecting(() => ({ plugins: {} }))],
  ["brings every module, every plugin and the datastore's provider", collecting(() => ({ provider: "nowhere.mjs" }))],
  ["gives paths that stay inside of the package, each once", more("../out.txt", "x")],
  ["gives paths that stay inside of the package, each once", more("package.json", "x")],
  ["says who added each file", more("a.txt", "x", "")],
  ["names exact versions of what must be installed", collecting(() => ({ installs: { sharp: "^0.34.0" } }))],
  [
    "gives the same bytes for the same project",
    collecting(({ files }) => ({ files: [...files, file("n", randomUUID())] })),
  ],
  [
    "gives the same bytes for an equal project in another folder",
    collecting(({ files }, { folder }) => ({ files: [...files, file("n", Buffer.from(folder).toString("hex"))] })),
  ],
  [
    "puts nothing into a package that only this machine knows",
    collecting(({ files }, { folder }) => ({ files: [...files, file("n", folder)] })),
  ],
  [
    "leaves the project as it was",
    {
      async collect(project, steps) {
        await writeFile(join(project.folder, "left.txt"), "x");
        return npmEnvironment.collect(project, steps);
      },
    },
  ],
  [
    "makes a place without anything ready for a task",
    collecting(({ files }) => ({ files: files.filter(({ path }) => !path.endsWith("a.txt")) })),
  ],
  ["hands on the words as they are", starting((command) => command.join(" ").split(" "))],
  ["gives the command's exit code", starting((command) => ["sh", "-c", `${command.join(" ")}; exit 0`])],
  [
    "asks for the package by its hash",
    starting((command) => command.map((word) => (/^[\da-f]{64}$/.test(word) ? "latest" : word))),
  ],
  [
    "runs nothing of a package that was tampered with",
    { bootstrap: () => ({ files: [], command: ["node", "-e", "console.log('sum 3 beside')"], variables: {} }) },
  ],
  [
    "puts nothing of this process's environment into the command",
    {
      async bootstrap(request) {
        const asked = await npmEnvironment.bootstrap(request);
        return { ...asked, variables: { SECRET: process.env.METAFLOW_SUITE_SECRET ?? "" } };
      },
    },
  ],
];

describe("the suite finds", () => {
  const check = (rule: string, bug: Partial<Environment>): Promise<void> | undefined =>
    environmentRules({ environment: { ...npmEnvironment, ...bug }, makeProject })
      .find(({ name }) => name === rule)
      ?.check();

  it.each(bugs)("an environment that breaks: %s", { timeout: 120_000 }, async (rule, bug) => {
    await expect(check(rule, bug)).rejects.toThrow();
  });

  it("every rule is proven", () => {
    const proven = new Set(bugs.map(([rule]) => rule));
    const names = environmentRules({ environment: npmEnvironment, makeProject }).map(({ name }) => name);
    expect(names.filter((name) => !proven.has(name))).toEqual([]);
  });
});
