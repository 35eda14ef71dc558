import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { owningPackage } from "./module-ids.js";

describe("owningPackage", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "owning-package-"));
    const manifests = {
      "package.json": { name: "project", version: "0.0.1" },
      "node_modules/plain/package.json": { name: "plain", version: "1.0.0" },
      "node_modules/plain/dist/esm/package.json": { type: "module" },
      // Azure's packages say their name again in each folder of a format.
      "node_modules/@scope/named/package.json": { name: "@scope/named", version: "2.0.0" },
      "node_modules/@scope/named/dist/esm/package.json": { name: "@scope/named", version: "2.0.0", type: "module" },
      "node_modules/plain/node_modules/inner/package.json": { name: "inner", version: "3.0.0" },
    };
    for (const [path, manifest] of Object.entries(manifests)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), JSON.stringify(manifest));
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    ["src/main.js", "project", ""],
    ["node_modules/plain/dist/esm/index.js", "plain", "node_modules/plain"],
    ["node_modules/@scope/named/dist/esm/index.js", "@scope/named", "node_modules/@scope/named"],
    ["node_modules/@scope/named/package.json", "@scope/named", "node_modules/@scope/named"],
    ["node_modules/plain/node_modules/inner/index.js", "inner", "node_modules/plain/node_modules/inner"],
  ])("of %s is %s", (path, name, folder) => {
    expect(owningPackage(join(root, path))).toMatchObject({ name, folder: join(root, folder) });
  });
});
