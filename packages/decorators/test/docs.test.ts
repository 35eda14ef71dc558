/** The flows on the pages about these decorators compile, and do what the pages say. */
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { flowFolder } from "./flow-folder.js";

const root = resolve(import.meta.dirname, "../../..");
const own = resolve(import.meta.dirname, "..");

/** What the flow of each page prints. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  "README.md": ["fetch failed"],
  "retry.md": ["after 2 retries"],
  "catch-error.md": ["SyntaxError Unexpected token", "3"],
  "timeout.md": ["MF_TASK_TIMED_OUT"],
  "environment.md": ["4 true", "1 undefined"],
  "resources.md": [],
  "parallel.md": ["all are here, welcome, welcome"],
  "secrets.md": ["Authorization: Bearer ***", "undefined"],
  "project.md": ["fraud: models_user_"],
  "schedule.md": ["reported"],
  "trigger.md": ["orders, because of nothing"],
  "trigger-on-finish.md": ["0 rows"],
  "exit-hook.md": ["made 3 rows"],
};

// What a page says to start its flow with.
process.env.CI_TOKEN = "token-of-ci";

const pages = globSync(["docs/decorators/*.md", "packages/decorators/README.md"], { cwd: root }).flatMap((page) => {
  const source = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(root, page), "utf8"))?.[1];
  return source === undefined ? [] : [[page, source] as const];
});

it("every decorator has a page", () => {
  expect(pages.map(([page]) => basename(page)).sort()).toEqual(Object.keys(PRINTED).sort());
});

it.concurrent.each(pages)("%s", async (page, source) => {
  const folder = await flowFolder(source, "");
  const { code, stdout, stderr } = await folder.metaflow("run");
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  for (const text of PRINTED[basename(page)] ?? []) expect(stdout + stderr).toContain(text);

  await symlink(resolve(own, "../core"), join(folder.path, "node_modules/@metaflow-ts/core"));
  const typeRoots = [join(own, "node_modules/@types")];
  const compilerOptions = { noImplicitOverride: false, types: ["node"], typeRoots };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["flow.ts"] };
  await writeFile(join(folder.path, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript7/package.json")), "bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", folder.path]).catch((error: { stdout: string }) =>
    expect.fail(error.stdout),
  );
});
