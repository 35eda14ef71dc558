/** A plugin and a project that uses it, both outside of the workspace: plain JavaScript, installed with npm. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { makeTempDir } from "../support/cli.js";

const execute = promisify(execFile);
const core = resolve(import.meta.dirname, "../..");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project with core and the plugins installed; the command is that of its own copy of core. */
export interface OutsideProject {
  readonly folder: string;
  metaflow(...words: string[]): Promise<Ended>;
  /** The same in another folder. */
  metaflowIn(cwd: string, env: Readonly<Record<string, string>>, ...words: string[]): Promise<Ended>;
}

const INSTALL = {
  npm: ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"],
  pnpm: ["npx", "-y", "pnpm@12", "add", "--prefer-offline", "--ignore-scripts"],
} as const;

/** Packs core and the plugins, and installs them into a new project. */
export async function createOutsideProject(
  manager: keyof typeof INSTALL,
  plugins: readonly string[],
): Promise<OutsideProject> {
  const folder = await makeTempDir();
  await writeFiles(folder, { "package.json": { name: "project", private: true, type: "module" } });
  const packages = await Promise.all([core, ...plugins].map((each) => pack(each, folder)));
  const [program, ...words] = INSTALL[manager];
  await execute(program, [...words, ...packages], { cwd: folder });
  const bin = join(folder, "node_modules/@metaflow-ts/core/dist/bin.js");
  const home = { METAFLOW_HOME: join(folder, "no-home"), METAFLOW_USER: "ada", CI: "1", NO_COLOR: "1" };
  const metaflowIn: OutsideProject["metaflowIn"] = (cwd, env, ...words) =>
    execute(process.execPath, [bin, ...words], { cwd, env: { PATH: process.env.PATH, ...home, ...env } }).then(
      (printed) => ({ code: 0, ...printed }),
      (error: Ended) => error,
    );
  return { folder, metaflowIn, metaflow: (...words) => metaflowIn(folder, {}, ...words) };
}

/** Packs a package into the folder; returns the tarball's path. */
export async function pack(source: string, folder: string): Promise<string> {
  const { stdout } = await execute("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: source });
  return join(folder, stdout.trim());
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** Writes the plugin's package: a decorator, a serializer and a datastore, which only promises. */
export async function writePlugin(): Promise<string> {
  const folder = await makeTempDir();
  await writeFiles(folder, {
    "package.json": {
      name: "metaflow-acme",
      version: "0.3.0",
      type: "module",
      exports: { ".": "./money.js", "./team": "./team.js", "./metaflow": "./plugin.js" },
      metaflow: {
        contract: 1,
        plugin: "./metaflow",
        decorators: ["shout"],
        flowDecorators: ["team"],
        datastores: [{ name: "acme-files", scheme: "acme" }],
        serializers: ["money"],
      },
      peerDependencies: { "@metaflow-ts/core": "*" },
    },
    "money.js": MONEY,
    "team.js": TEAM,
    "team.d.ts": TEAM_TYPES,
    "plugin.js": PLUGIN,
    "files.js": FILES,
  });
  return folder;
}

const MONEY = `export class Money {
  #cents;
  constructor(cents) { this.#cents = cents; }
  get cents() { return this.#cents; }
}
`;

const TEAM = `import { defineFlowDecorator } from "@metaflow-ts/core/plugin";

const options = { "~standard": { version: 1, vendor: "acme", validate: (value) => ({ value: { name: "nobody", ...value } }) } };

export const team = defineFlowDecorator({
  name: "team",
  contract: 1,
  options,
  cliOptions: { team: { kind: "text", help: "the team that pays" } },
  start: ({ name }, { given }) => ({
    systemTags: ["team:" + (given.team ?? name)],
    current: { team: given.team ?? name },
  }),
});
`;

const TEAM_TYPES = `import type { FlowDecoratorFactory } from "@metaflow-ts/core/plugin";

declare module "@metaflow-ts/core" {
  interface Current { readonly team?: string }
}
export declare const team: FlowDecoratorFactory<{ readonly name?: string }, { readonly name: string }>;
`;

const PLUGIN = `import { definePlugin } from "@metaflow-ts/core/plugin";
import { openFiles } from "./files.js";
import { Money } from "./money.js";
import { team } from "./team.js";

const options = { "~standard": { version: 1, vendor: "acme", validate: (value) => ({ value: { word: "hey", ...value } }) } };

export default definePlugin({
  name: "metaflow-acme",
  decorators: [{
    name: "shout",
    contract: 1,
    options,
    async wrap({ word }, { step }, proceed) {
      console.log(word.toUpperCase(), step);
      await proceed();
    },
  }],
  flowDecorators: [team.definition],
  serializers: [{
    name: "money",
    version: 1,
    package: "metaflow-acme",
    claims: (value) => value instanceof Money,
    encode: (money) => money.cents,
    decode: (cents) => new Money(cents),
  }],
  datastores: [{ name: "acme-files", scheme: "acme", open: openFiles }],
});
`;

/** Objects in files named by their encoded keys; conditions hold among the processes of one test well enough. */
const FILES = `import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile, link } from "node:fs/promises";
import { join } from "node:path";

const etagOf = (bytes) => createHash("sha256").update(bytes).digest("hex");
const absent = (error) => { if (error.code === "ENOENT") return null; throw error; };

export function openFiles(root) {
  const folder = root.replace(/^acme:\\/\\//, "");
  const pathOf = (key) => join(folder, ...key.split("/").map((part) => "k" + encodeURIComponent(part)));
  const read = async (key) => {
    const bytes = await readFile(pathOf(key)).catch(absent);
    if (bytes === null) return null;
    return { bytes, size: bytes.length, etag: etagOf(bytes), modifiedAt: (await stat(pathOf(key))).mtimeMs };
  };
  const keysBelow = async (path, prefix) => {
    const entries = (await readdir(path, { withFileTypes: true }).catch(absent)) ?? [];
    const nested = await Promise.all(entries.filter(({ name }) => name.startsWith("k")).map((entry) => {
      const key = prefix + decodeURIComponent(entry.name.slice(1));
      return entry.isDirectory() ? keysBelow(join(path, entry.name), key + "/") : [key];
    }));
    return nested.flat();
  };
  return {
    name: "acme-files",
    root,
    capabilities: { putIfAbsent: true, putIfMatch: true, syncGet: false },
    async get(key, { range } = {}) {
      const found = await read(key);
      return found && range ? { ...found, bytes: found.bytes.subarray(range.start, range.end) } : found;
    },
    async head(key) {
      const found = await read(key);
      return found && { size: found.size, etag: found.etag, modifiedAt: found.modifiedAt };
    },
    async put(key, body, { ifAbsent, ifMatch } = {}) {
      const bytes = Buffer.concat(Array.isArray(body) ? body : [body]);
      const path = pathOf(key);
      const temporary = join(folder, "t" + process.pid + Math.random());
      await mkdir(join(path, ".."), { recursive: true });
      if (ifMatch !== undefined && (await read(key))?.etag !== ifMatch) return { written: false };
      await writeFile(temporary, bytes);
      try {
        if (ifAbsent) await link(temporary, path);
        else await rename(temporary, path);
      } catch (error) {
        if (error.code === "EEXIST") return { written: false };
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      return { written: true, etag: etagOf(bytes) };
    },
    async list(prefix, { delimiter, startAfter = "" } = {}) {
      const keys = (await keysBelow(folder, "")).filter((key) => key.startsWith(prefix) && key > startAfter).sort();
      if (delimiter === undefined) return { keys, prefixes: [], cursor: undefined };
      const cut = (key) => key.indexOf("/", prefix.length) + 1;
      const prefixes = [...new Set(keys.filter(cut).map((key) => key.slice(0, cut(key))))];
      return { keys: keys.filter((key) => !cut(key)), prefixes, cursor: undefined };
    },
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}
`;
