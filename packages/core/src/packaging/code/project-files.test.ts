import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectFiles } from "./project-files.js";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "project-files-")));
  const names = [
    "flows/train.ts",
    "flows/table.csv",
    "flows/deep/er/notes.txt",
    "flows/deep/.hidden.txt",
    "flows/.cache/a.txt",
    "flows/node_modules/pkg/a.txt",
    "data/big.csv",
    "data/secret.csv",
    "top.txt",
  ];
  for (const name of names) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  writeFileSync(join(folder, ".metaflowignore"), "# never\nsecret.*\n");
  symlinkSync(join(folder, "flows"), join(folder, "flows/deep/loop"));
  symlinkSync(join(folder, "data"), join(folder, "flows/linked"));
  symlinkSync(join(folder, "nowhere"), join(folder, "flows/broken.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const chosen = (include: readonly string[], suffixes: readonly string[] = []): readonly string[] =>
  projectFiles(folder, { include, suffixes, flowFolder: join(folder, "flows") }).map((path) => relative(folder, path));

it("chooses nothing unless it is asked to", () => {
  expect(chosen([])).toEqual([]);
});

it("takes patterns as a .gitignore does, follows links once, and passes by hidden files and packages", () => {
  expect(chosen(["*.csv"])).toEqual(["data/big.csv", "flows/linked/big.csv", "flows/table.csv"]);
  expect(chosen(["data/*", "!data/big.csv"])).toEqual([]);
  expect(chosen(["flows/deep/"])).toEqual(["flows/deep/er/notes.txt"]);
  expect(chosen([".hidden.txt"])).toEqual(["flows/deep/.hidden.txt"]);
});

it("takes files by their endings below the flow's folder only", () => {
  expect(chosen([], [".txt"])).toEqual(["flows/deep/er/notes.txt"]);
  expect(chosen([], [".csv", ".txt"])).toEqual(["flows/deep/er/notes.txt", "flows/linked/big.csv", "flows/table.csv"]);
});

it("is not moved by the time of a file", () => {
  const before = chosen(["*.csv"]);
  utimesSync(join(folder, "data/big.csv"), new Date(0), new Date(0));
  expect(chosen(["*.csv"])).toEqual(before);
});
