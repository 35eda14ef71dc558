import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createSerializerSet, findClaim, findSerializer } from "../artifacts/serializer-set.js";
import { checkPlugin } from "./check-plugin.js";
import { createRegistry } from "./create-registry.js";
import { discoverPlugins } from "./discover-plugins.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "metaflow-plugins-")));
afterAll(() => rmSync(root, { recursive: true }));

let project: string;
let count = 0;
beforeEach(() => {
  count += 1;
  project = join(root, String(count));
});

function write(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

/** Writes a package; its module provides what it lists, unless another source is given. */
function writePackage(folder: string, metaflow: object | undefined, more: object = {}, source?: string): void {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  write(join(folder, "package.json"), { name, version: "1.2.3", type: "module", ...more, metaflow });
  const { decorators } = (metaflow ?? {}) as { decorators?: unknown };
  const made = (Array.isArray(decorators) ? decorators : []).map((each) => `{ name: "${each}", contract: 1 }`);
  write(
    join(folder, "index.js"),
    source ?? `export default { name: "${name}", decorators: [${made}], datastores: [], serializers: [] };`,
  );
}

function writeProject(dependencies: readonly string[], folder = project, more: object = {}): void {
  const versions = Object.fromEntries(dependencies.map((name) => [name, "1"]));
  write(join(folder, "package.json"), { name: "project", dependencies: versions, ...more });
}

const installed = (name: string, folder = project): string => join(folder, "node_modules", name);
const names = (folder = project): string[] => discoverPlugins(folder).map((plugin) => plugin.package);

describe("discoverPlugins", () => {
  it("reads direct dependencies of every kind, as npm lays them out", () => {
    writeProject(["one", "no-plugin", "absent"], project, {
      devDependencies: { two: "1" },
      optionalDependencies: { three: "1" },
      peerDependencies: { four: "1" },
    });
    for (const name of ["one", "two", "three", "four", "indirect"]) {
      writePackage(installed(name), { contract: 1, decorators: [name] });
    }
    writePackage(installed("no-plugin"), undefined, { keywords: ["metaflow"] });
    expect(names()).toEqual(["four", "one", "three", "two"]);
    expect(discoverPlugins(join(project, "flows"))[1]).toEqual({
      package: "one",
      version: "1.2.3",
      folder: installed("one"),
      entry: pathToFileURL(join(installed("one"), "index.js")).href,
      provides: { decorators: [{ name: "one" }] },
      problem: null,
    });
  });

  it("follows pnpm's links, and finds peers beside the real folder and in the project", () => {
    writeProject(["one", "inside"]);
    const real = join(project, "node_modules/.pnpm/one@1/node_modules/one");
    writePackage(real, { contract: 1 }, { peerDependencies: { beside: "1", inside: "1" } });
    writePackage(join(dirname(real), "beside"), undefined);
    writePackage(installed("inside"), undefined);
    symlinkSync(real, installed("one"));
    expect(discoverPlugins(project)).toMatchObject([{ package: "one", folder: real, problem: null }]);
  });

  it("finds what a workspace hoists, packages of the workspace, and the project itself", () => {
    const app = join(project, "packages/app");
    writeProject(["elsewhere"]);
    writeProject(["hoisted", "sibling"], app, { metaflow: { contract: 1 }, name: "app" });
    write(join(app, "index.js"), "");
    writePackage(installed("hoisted"), { contract: 1 });
    writePackage(installed("elsewhere"), { contract: 1 });
    const sibling = join(project, "packages/sibling");
    writePackage(sibling, { contract: 1 });
    symlinkSync(sibling, installed("sibling"));
    write(join(app, "flows/package.json"), { type: "module" });
    expect(names(join(app, "flows"))).toEqual(["app", "hoisted", "sibling"]);
    expect(names()).toEqual(["elsewhere"]);
  });

  it("finds the module by an export, a file or main", () => {
    writeProject(["by-export", "by-file", "by-main", "by-default"]);
    const exports = { ".": "./index.js", "./metaflow": { types: "./x.d.ts", import: { default: "./dist/m.js" } } };
    writePackage(installed("by-export"), { contract: 1, plugin: "./metaflow" }, { exports });
    write(join(installed("by-export"), "dist/m.js"), "");
    writePackage(installed("by-file"), { contract: 1, plugin: "./other.js" }, { exports: "./index.js" });
    write(join(installed("by-file"), "other.js"), "");
    writePackage(installed("by-main"), { contract: 1 }, { main: "main.js" });
    write(join(installed("by-main"), "main.js"), "");
    writePackage(installed("by-default"), { contract: 1 }, { exports: { node: "./index.js" } });
    const entries = discoverPlugins(project).map(({ entry }) => entry.slice(entry.lastIndexOf("by-")));
    expect(entries).toEqual(["by-default/index.js", "by-export/dist/m.js", "by-file/other.js", "by-main/main.js"]);
  });

  it("tells what is wrong with one, and goes on with the others", () => {
    writeProject(["good", "json", "contract", "older", "peers", "list", "entry", "outside", "none"]);
    writePackage(installed("good"), { contract: 1 });
    write(join(installed("json"), "package.json"), '{"metaflow": {');
    writePackage(installed("contract"), { contract: 2 });
    writePackage(installed("older"), { contract: 0 });
    const peerDependenciesMeta = { maybe: { optional: true } };
    writePackage(
      installed("peers"),
      { contract: 1 },
      { peerDependencies: { p: "1", maybe: "1" }, peerDependenciesMeta },
    );
    writePackage(installed("list"), { contract: 1, decorators: "retry", serializers: [] });
    writePackage(installed("entry"), { contract: 1, plugin: "./absent.js", decorators: ["x"] });
    writePackage(installed("outside"), { contract: 1, plugin: "../good/index.js" });
    writePackage(installed("none"), {});
    const problems = Object.fromEntries(discoverPlugins(project).map((each) => [each.package, each.problem]));
    expect(problems).toEqual({
      good: null,
      json: { kind: "declaration", reason: "it is no JSON" },
      contract: { kind: "contract", contract: 2 },
      older: { kind: "contract", contract: 0 },
      peers: { kind: "peers", missing: ["p"] },
      list: { kind: "declaration", reason: "metaflow.decorators is no list" },
      entry: { kind: "declaration", reason: expect.stringContaining("./absent.js") },
      outside: { kind: "declaration", reason: expect.stringContaining("../good/index.js") },
      none: { kind: "declaration", reason: "metaflow.contract is no number" },
    });
  });

  it("keeps what can be read of a broken declaration, and names fields that it does not know", async () => {
    writeProject(["broken", "typing"]);
    writePackage(installed("broken"), { contract: 1, decorators: ["good", 5], datastores: "bad", cards: ["c"] });
    writePackage(installed("typing"), { contract: 1, decorator: ["x"], future: [] });
    const [broken, typing] = discoverPlugins(project);
    expect(broken).toMatchObject({ provides: { decorators: [{ name: "good" }], cards: [{ name: "c" }] } });
    const registry = createRegistry({}, { installed: discoverPlugins(project) });
    await expect(registry.find("decorators", "good")).rejects.toMatchObject({
      code: "MF_PLUGIN_DECLARATION_INVALID",
      message: expect.stringMatching(/broken.*'good'/),
    });
    expect(typing?.problem).toBeNull();
    expect(typing && (await checkPlugin(typing, [typing]))).toMatchObject([
      { code: "MF_PLUGIN_FIELD_UNKNOWN", fix: "Did you mean 'decorators'?" },
      { code: "MF_PLUGIN_FIELD_UNKNOWN", fix: "Update @metaflow-ts/core, or take the field out." },
    ]);
  });

  it("needs little time for twenty plugins among two hundred packages", () => {
    const packages = Array.from({ length: 200 }, (_, k) => `package-${k}`);
    writeProject(packages);
    for (const [k, name] of packages.entries()) {
      writePackage(installed(name), k < 20 ? { contract: 1, decorators: [`d${k}`] } : undefined);
    }
    // What reading the files alone takes says how fast and how busy the machine is.
    const reading = fastest(() => {
      for (const name of packages) readFileSync(join(installed(name), "package.json"), "utf8");
    });
    const discovering = fastest(() => expect(discoverPlugins(project)).toHaveLength(20));
    expect(discovering / reading).toBeLessThan(20);
  });
});

/** Milliseconds of the fastest of several times. */
function fastest(action: () => void): number {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe("what installed packages contribute", () => {
  const registryOf = (config = {}) => createRegistry(config, { installed: discoverPlugins(project) });

  it("is imported when its name is used, and not before", async () => {
    writeProject(["good", "broken"]);
    writePackage(installed("good"), { contract: 1, decorators: ["retry"] });
    writePackage(installed("broken"), { contract: 1, decorators: ["other"] }, {}, "throw new Error('at the top');");
    const registry = registryOf();
    expect(registry.names("decorators")).toEqual(["other", "retry"]);
    expect(await registry.find("decorators", "retry")).toMatchObject({ name: "retry" });
    expect(await registry.find("decorators", "unknown")).toBeUndefined();
    await expect(registry.find("decorators", "other")).rejects.toMatchObject({
      code: "MF_PLUGIN_NOT_LOADED",
      message: expect.stringMatching(
        /^Package broken, .* step decorator 'other', .*broken\/index.js: Error: at the top$/,
      ),
    });
  });

  it("is refused where two packages have the same name, until one is disabled", async () => {
    writeProject(["one", "two"]);
    for (const name of ["one", "two"]) writePackage(installed(name), { contract: 1, decorators: ["retry", name] });
    await expect(registryOf().find("decorators", "retry")).rejects.toMatchObject({
      code: "MF_PLUGIN_DUPLICATE",
      message: "There are two step decorators named 'retry': from one and from two.",
    });
    expect(await registryOf().find("decorators", "two")).toMatchObject({ name: "two" });
    const disabled = registryOf({ disable: ["one"] });
    expect(await disabled.find("decorators", "retry")).toMatchObject({ name: "retry" });
    expect(await disabled.find("decorators", "one")).toBeUndefined();
    const mine = { name: "retry", contract: 1, mine: true };
    expect(await registryOf({ decorators: [mine] }).find("decorators", "retry")).toBe(mine);
  });

  it("tells which side to update", async () => {
    for (const [contract, fix] of [
      [0, "Update acme."],
      [2, "Update @metaflow-ts/core."],
    ] as const) {
      writeProject(["acme"]);
      writePackage(installed("acme"), { contract, decorators: ["retry"] });
      await expect(registryOf().find("decorators", "retry")).rejects.toMatchObject({ fix });
    }
  });

  it.each([
    ["contract", { contract: 3 }, "MF_PLUGIN_CONTRACT_UNKNOWN", {}, undefined],
    ["peer", { contract: 1 }, "MF_PLUGIN_PEER_MISSING", { peerDependencies: { absent: "1" } }, undefined],
    ["entry", { contract: 1, plugin: "./x.js" }, "MF_PLUGIN_DECLARATION_INVALID", {}, undefined],
    ["plugin", { contract: 1 }, "MF_PLUGIN_WITHOUT_DEFINITION", {}, "export const x = 1;"],
    ["name", { contract: 1 }, "MF_PLUGIN_LACKS_NAME", {}, "export const plugin = { name: 'x', decorators: [] };"],
  ])("is an error that names both sides where the %s is wrong", async (_, metaflow, code, more, source) => {
    writeProject(["acme"]);
    writePackage(installed("acme"), { ...metaflow, decorators: ["retry"] }, more, source);
    const failing = registryOf().find("decorators", "retry");
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringMatching(/acme.* 'retry'/) });
    const [plugin] = discoverPlugins(project);
    expect(plugin && (await checkPlugin(plugin, [plugin]))).toMatchObject([{ code }]);
  });

  it.each([
    ["^2.0.0", "2.4.1", null],
    [">=1", "2.0.0-rc.1", null],
    ["workspace:^", "2.4.1", null],
    ["^1.0.0", "2.4.1", "needs peer ^1.0.0; version 2.4.1 is installed."],
  ])("takes a peer of the versions that it wants, and no others: %s of %s", async (range, version, problem) => {
    writeProject(["acme"]);
    writePackage(installed("acme"), { contract: 1, decorators: ["retry"] }, { peerDependencies: { peer: range } });
    write(join(installed("peer"), "package.json"), { name: "peer", version });
    const found = registryOf().find("decorators", "retry");
    if (problem === null) expect(await found).toMatchObject({ name: "retry" });
    else
      await expect(found).rejects.toMatchObject({
        code: "MF_PLUGIN_PEER_VERSION",
        message: expect.stringContaining(problem),
      });
    const [plugin] = discoverPlugins(project);
    expect(plugin && (await checkPlugin(plugin, [plugin]))).toHaveLength(problem === null ? 0 : 1);
  });

  it("opens datastores by name and scheme", async () => {
    writeProject(["acme"]);
    const source = `const open = (root) => ({ root });
      export default { name: "acme", datastores: [{ name: "cloud", scheme: "cl", open }, { name: "disk", scheme: null, open }] };`;
    const datastores = [{ name: "cloud", scheme: "cl" }, "disk"];
    writePackage(installed("acme"), { contract: 1, datastores }, {}, source);
    const registry = registryOf();
    expect(registry.datastores.map(({ name, scheme }) => [name, scheme])).toEqual([
      ["cloud", "cl"],
      ["disk", "disk"],
    ]);
    expect(await registry.datastores[0]?.open("cl://x", {})).toEqual({ root: "cl://x" });
    expect(registry.datastores[0]?.module).toMatch(/^file:.*acme\/index\.js$/);
  });

  it("stores and reads values by serializers, past one that is broken", () => {
    writeProject(["acme", "aaa-broken"]);
    const source = `class Money { constructor(amount) { this.amount = amount; } }
      export const made = new Money(3);
      globalThis.madeMoney = made;
      export default { name: "acme", serializers: [{ name: "money", version: 1, package: "acme",
        claims: (value) => value instanceof Money, encode: ({ amount }) => amount, decode: (amount) => new Money(amount) }] };`;
    writePackage(installed("acme"), { contract: 1, serializers: ["money"] }, {}, source);
    writePackage(installed("aaa-broken"), { contract: 1, serializers: ["x"] }, {}, "throw new Error('no');");
    const set = createSerializerSet(registryOf().serializers);
    expect("madeMoney" in globalThis).toBe(false);
    expect(findSerializer(set, "money")?.decode(5, 1)).toMatchObject({ amount: 5 });
    const { madeMoney } = globalThis as unknown as { madeMoney: object };
    expect(findClaim(set, madeMoney, () => "x")?.name).toBe("money");
    class Other {}
    expect(() => findClaim(set, new Other(), () => "x")).toThrow(/aaa-broken/);
    expect(findClaim(set, new RangeError("x"), () => "x")).toBeUndefined();
  });
});
