import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPackagePath } from "../../code/package-files.js";
import type { EnvironmentContent } from "../../contracts/environment.js";
import type { RuleBody, TestedEnvironment } from "./rule.js";

export const collectingRules: readonly RuleBody[] = [
  {
    name: "has a name and the contract's version",
    async check({ environment }) {
      assert.match(environment.name, /^[a-z][a-z\d-]*$/, "the name is what --environment takes");
      assert.equal(environment.contract, 1);
    },
  },
  {
    name: "accepts the steps of the sample",
    async check({ environment, steps, project }) {
      for (const step of steps) {
        const problem = (await environment.check?.(step, project)) ?? null;
        assert.equal(problem, null, `step '${step.name}' is refused: ${problem}`);
      }
    },
  },
  {
    name: "brings every module, every plugin and the datastore's provider",
    async check(tested) {
      const { project } = tested;
      const { files, modules, plugins, provider } = await tested.collect();
      const paths = new Set(files.map(({ path }) => path));
      const has = (path: string | undefined, what: string): void =>
        assert.ok(path !== undefined && paths.has(path), `${what} is '${path}', which is no file of the package`);
      for (const id of Object.keys(project.modules)) has(modules[id], `the module '${id}'`);
      for (const { package: name } of project.plugins) has(plugins[name], `the plugin '${name}'`);
      if (project.datastore.module === undefined) assert.equal(provider, null);
      else has(provider ?? undefined, "the datastore's provider");
    },
  },
  {
    name: "gives paths that stay inside of the package, each once",
    async check(tested) {
      const paths = (await tested.collect()).files.map(({ path }) => path);
      for (const path of paths) assert.ok(isPackagePath(path), `'${path}'`);
      assert.equal(new Set(paths).size, paths.length, "a path stands there twice");
    },
  },
  {
    name: "says who added each file",
    async check(tested) {
      for (const { path, from } of (await tested.collect()).files) assert.ok(from, `nobody added '${path}'`);
    },
  },
  {
    name: "names exact versions of what must be installed",
    async check(tested) {
      for (const [name, version] of Object.entries((await tested.collect()).installs)) {
        assert.match(version, /^\d+\.\d+\.\d+/, `${name}@${version}`);
      }
    },
  },
  {
    name: "gives the same bytes for the same project",
    check: async (tested) => assert.deepEqual(await tested.collect(), await tested.collect()),
  },
  {
    name: "gives the same bytes for an equal project in another folder",
    async check(tested) {
      assert.deepEqual(shown(await (await tested.another()).collect()), shown(await tested.collect()));
    },
  },
  {
    name: "puts nothing into a package that only this machine knows",
    async check(tested) {
      const words = [tested.project.folder, ...(tested.sample.secrets ?? [])];
      for (const { path, bytes } of (await tested.collect()).files) {
        const found = words.find((word) => Buffer.from(bytes).includes(word));
        assert.equal(found, undefined, `'${path}' holds '${found}'`);
      }
    },
  },
  {
    name: "leaves the project as it was",
    async check(tested) {
      const before = treeOf(tested);
      await tested.collect();
      assert.deepEqual(treeOf(tested), before);
    },
  },
];

/** Bytes as text, so that a difference can be read. */
function shown({ files, ...rest }: EnvironmentContent): unknown {
  return {
    ...rest,
    files: files.map(({ bytes, ...file }) => ({ ...file, text: Buffer.from(bytes).toString("latin1") })),
  };
}

function treeOf({ project }: TestedEnvironment): Readonly<Record<string, string>> {
  const entries = readdirSync(project.folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.toSorted().map((path) => [path, readFileSync(path, "latin1")]));
}
