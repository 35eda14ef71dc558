import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findProjectConfig } from "./project-config.js";

const root = mkdtempSync(join(tmpdir(), "metaflow-config-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("findProjectConfig", () => {
  it("finds the nearest one, up to the folder of the repository", () => {
    const flows = join(root, "repository", "flows");
    mkdirSync(flows, { recursive: true });
    mkdirSync(join(root, "repository", ".git"));
    writeFileSync(join(root, "metaflow.config.ts"), "");
    expect(findProjectConfig(flows)).toBeUndefined();
    const config = join(root, "repository", "metaflow.config.mjs");
    writeFileSync(config, "");
    expect(findProjectConfig(flows)).toBe(config);
    const nearer = join(flows, "metaflow.config.ts");
    writeFileSync(nearer, "");
    expect(findProjectConfig(flows)).toBe(nearer);
  });
});
