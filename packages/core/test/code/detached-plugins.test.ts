/** A project with npm packages and plugins of all sorts, whose tasks run where nothing of it is. */
import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { importProvider } from "../../src/datastore/provider-module.js";
import { resultOf, tasksInOrder } from "../../src/testing/detached-run.js";
import { createElsewhere, type Elsewhere } from "../../src/testing/places.js";
import { createOutsideProject, type OutsideProject, writeFiles, writePlugin } from "../plugins/outside-plugin.js";
import { makeTempDir } from "../support/cli.js";

const FLOW = `import { FlowSpec, step, type Inputs } from "@metaflow-ts/core";
import { Money } from "metaflow-acme";
import counter, { add, state } from "cjs-counter";
import { twice } from "esm-math";
import { greeting } from "reads-beside";
import { label } from "workspace-lib";
import { own } from "./lib/own.ts";

export default class PriceFlow extends FlowSpec {
  prices!: Money[];
  cents!: number;
  notes!: readonly string[];
  total!: Money;
  @step start() {
    this.prices = [new Money(250), new Money(99)];
    this.next(this.price, { foreach: this.prices });
  }
  @step async price(price: Money) {
    const { thrice, lazily } = await import("esm-math/thrice");
    // The same module, whichever way it came in.
    this.notes = [greeting, label(own), String(counter.state === state), String(add(1, 2)), await lazily()];
    this.cents = twice(thrice(price.cents));
    console.log("priced", this.cents);
    this.next(this.join);
  }
  @step join(inputs: Inputs<PriceFlow>) {
    this.total = new Money(inputs.reduce((sum, { cents }) => sum + cents, 0));
    this.notes = inputs.flatMap(({ notes }) => notes);
    this.next(this.end);
  }
  @step end() {
    if (this.total.cents < 0) throw new Error("never");
  }
}
`;

const FILES = {
  "flows/price.ts": FLOW,
  "flows/lib/own.ts": "export const own: string = 'own';",
  "workspace-lib/package.json": { name: "workspace-lib", version: "0.0.1", type: "module", exports: "./src/index.ts" },
  "workspace-lib/src/index.ts": "export const label = (text: string): string => text + text;",
  "node_modules/cjs-counter/package.json": { name: "cjs-counter", version: "1.0.0" },
  "node_modules/cjs-counter/index.js":
    "const { inspect } = require('util'); exports.state = { n: 0, inspect }; exports.add = (a, b) => { exports.state.n += 1; return a + b; };",
  "node_modules/esm-math/package.json": {
    name: "esm-math",
    version: "2.0.0",
    type: "module",
    exports: { ".": "./index.js", "./thrice": "./thrice.js" },
  },
  "node_modules/esm-math/index.js": "import { add } from 'cjs-counter'; export const twice = (n) => add(n, n);",
  "node_modules/esm-math/thrice.js":
    "import { twice } from './index.js'; export const thrice = (n) => twice(n) + n; export const lazily = async () => { const all = await import('cjs-counter'); return String(all.add(2, 2) + Number(all.default.state === all.state)); };",
  "node_modules/reads-beside/package.json": {
    name: "reads-beside",
    version: "3.0.0",
    dependencies: { "cjs-counter": "1" },
  },
  "node_modules/reads-beside/index.js":
    "const { join } = require('node:path'); require('cjs-counter'); exports.greeting = require('node:fs').readFileSync(join(__dirname, 'data', 'greeting.txt'), 'utf8');",
  "node_modules/reads-beside/data/greeting.txt": "hello from a file",
};

let project: OutsideProject;
let store: readonly string[];
let elsewhere: Elsewhere;
let localRun: string;

beforeAll(async () => {
  project = await createOutsideProject("npm", [await writePlugin()]);
  await writeFiles(project.folder, FILES);
  await symlink("../workspace-lib", join(project.folder, "node_modules/workspace-lib"));
  store = ["--datastore", "acme-files", "--datastore-root", `acme://${await makeTempDir()}`];
  const words = ["flows/price.ts", "--with", "shout:word=hello"];
  const run = await project.metaflow(...words, "run", ...store, "--json");
  expect(run.code, run.stderr).toBe(0);
  localRun = (JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "") as { pathspec: string }).pathspec;
  const init = await project.metaflow(...words, "init", "--run-id", "detached", ...store);
  expect(init.code, init.stderr).toBe(0);
  const metaflow = (asked: readonly string[]) => project.metaflow(...asked);
  elsewhere = await createElsewhere({ run: "PriceFlow/detached", store, metaflow });
}, 120_000);

describe("a project's tasks elsewhere", () => {
  it("have its packages, its plugins and its datastore, and leave what a local run leaves", {
    timeout: 120_000,
  }, async () => {
    const { open } = await importProvider(join(project.folder, "node_modules/metaflow-acme/plugin.js"), "acme-files");
    const datastore = await open(store.at(-1) ?? "", {});
    const expected = await tasksInOrder(datastore, "PriceFlow", localRun.split("/")[1] ?? "");
    // From here on there is no project.
    await rename(project.folder, `${project.folder}-gone`);
    try {
      for (const { step, task } of expected.flat()) {
        const { code, stdout, stderr } = await elsewhere(["step", `PriceFlow/detached/${step}/${task}`]);
        expect([step, code, stderr]).toEqual([step, 0, expect.anything()]);
        expect(stdout).toContain(`HELLO ${step}`);
      }
    } finally {
      await mkdir(join(project.folder, ".."), { recursive: true });
      await rename(`${project.folder}-gone`, project.folder);
    }
    const found = await tasksInOrder(datastore, "PriceFlow", "detached");
    expect(found.flat().map(resultOf)).toEqual(expected.flat().map(resultOf));
    expect(expected.flat().map(({ step }) => step)).toEqual(["start", "price", "price", "join", "end"]);
  });

  it("are the same package when it is made again, also where files were touched", async () => {
    const info = async (): Promise<unknown> =>
      JSON.parse((await project.metaflow("flows/price.ts", "package", "info", "--json", ...store)).stdout);
    const before = await info();
    await writeFiles(project.folder, FILES);
    expect(await info()).toEqual(before);
  });
});
