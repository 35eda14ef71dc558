/** What the documentation says exists, compiles and runs. */
import { execFile } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { CORE_PREFIX, coreErrorTable } from "../src/errors/codes.js";
import { makeTempDir, runCli, writeFlow } from "./support/cli.js";

const core = resolve(import.meta.dirname, "..");
const root = resolve(core, "../..");
const codes = Object.keys(coreErrorTable);
const pages = globSync(["*.md", "docs/**/*.md", "packages/*/README.md"], { cwd: root });
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

describe("errors", () => {
  it("have a page each, and no page is about anything else", () => {
    const files = globSync("docs/errors/*", { cwd: root }).map((path) => basename(path));
    expect(files.sort()).toEqual(codes.map((code) => `${CORE_PREFIX}${code}.md`).sort());
  });

  it("have pages that begin with the code and say more than a line", () => {
    const poor = globSync("docs/errors/*", { cwd: root }).filter((path) => {
      const [title, ...lines] = textOf(path).split("\n");
      return title !== `# ${basename(path, ".md")}` || lines.join("\n").trim().length < 100;
    });
    expect(poor).toEqual([]);
  });

  it("are all raised somewhere", () => {
    const files = globSync("src/**/*.ts", { cwd: core }).filter(
      (path) => !/\.test(-d)?\.ts$/.test(path) && !/^src\/(errors\/tables|testing)\//.test(path),
    );
    const words = new Set(
      files.flatMap((path) => readFileSync(join(core, path), "utf8").match(/\b[A-Z_]{4,}\b/g) ?? []),
    );
    expect(codes.filter((code) => !words.has(code))).toEqual([]);
  });
});

it("links lead to files and headings that are there", () => {
  const broken = pages.flatMap((page) => {
    const text = textOf(page).replace(/^```.*?^```/gms, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    return links.filter((link) => !resolves(page, link)).map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

it("docs/architecture.md names files that are there, and every folder of core", () => {
  const text = textOf("docs/architecture.md").replace(/^```.*?^```/gms, "");
  const named = [...text.matchAll(/`([\w./*-]+\.ts)`/g)].map(([, path = ""]) => path);
  const isThere = (path: string): boolean =>
    [root, join(core, "src"), join(root, "examples/custom-serializer")].some(
      (folder) => globSync(path, { cwd: folder }).length > 0,
    );
  expect(named.filter((path) => !isThere(path))).toEqual([]);
  const folders = readdirSync(join(core, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

/** Whether a file, and a heading in it, is there; the project's own addresses are files too, others are not looked at. */
function resolves(page: string, link: string): boolean {
  const own = /^https:\/\/github\.com\/metaflow-ts\/metaflow-ts\/blob\/main\/(.*)$/.exec(link)?.[1];
  if (own === undefined && /^[a-z]+:/.test(link)) return true;
  const [path = "", heading] = (own ?? link).split("#");
  const file = own !== undefined ? path : path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  return heading === undefined || headingsOf(textOf(file)).includes(heading);
}

/** As GitHub names them. */
function headingsOf(text: string): readonly string[] {
  const titles = [...text.replace(/^```.*?^```/gms, "").matchAll(/^#+ (.*)$/gm)];
  return titles.map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

interface Snippet {
  readonly page: string;
  /** Its place among the page's snippets. */
  readonly number: number;
  readonly source: string;
}

/** Pages about mistakes show mistakes; everywhere else a flow that is complete has to be right. */
const snippets: readonly Snippet[] = pages
  .filter((page) => !page.startsWith("docs/errors/"))
  .flatMap((page) =>
    [...textOf(page).matchAll(/^```ts\n(.*?)^```/gms)].map(([, source = ""], number) => ({ page, number, source })),
  );
/** Flows that import another package of this repository are tested with that package. */
const needsPlugin = ({ source }: Snippet): boolean => /from "@metaflow-ts\/(?!core[/"])/.test(source);
const flows = snippets.filter(
  (snippet) => /^import .*\n?.*^export default class \w+ extends /ms.test(snippet.source) && !needsPlugin(snippet),
);

describe("flows in the documentation", () => {
  let folder: string;
  const nameOf = ({ page, number }: Snippet): string => `${page.replace(/\W+/g, "-")}-${number}.ts`;

  beforeAll(async () => {
    folder = await makeTempDir();
    await mkdir(join(folder, "node_modules/@metaflow-ts"), { recursive: true });
    await symlink(core, join(folder, "node_modules/@metaflow-ts/core"), "junction");
    for (const flow of flows) await writeFlow(folder, nameOf(flow), flow.source);
  });

  it("are there", () => {
    expect(flows.map(({ page }) => page)).toEqual(expect.arrayContaining(["README.md", "packages/core/README.md"]));
    expect(flows.length).toBeGreaterThan(8);
  });

  it("compile", async () => {
    const config = {
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: { noImplicitOverride: false, types: ["node"], typeRoots: [join(core, "node_modules/@types")] },
      include: ["*.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript7/package.json")), "bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "-p", folder]).catch((error: { stdout: string }) =>
      expect.fail(error.stdout),
    );
  });

  it.each(flows)("$page $number passes check", async (flow) => {
    const { code, stderr } = await runCli([nameOf(flow), "check"], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("README.md", () => {
  it("its flow, its commands and its program work in a folder of one's own", async () => {
    const folder = await makeTempDir();
    await mkdir(join(folder, "node_modules/@metaflow-ts"), { recursive: true });
    await symlink(core, join(folder, "node_modules/@metaflow-ts/core"), "junction");
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const own = snippets.filter(({ page }) => page === "README.md");
    await writeFlow(folder, "roots.ts", own[0]?.source ?? "");
    await writeFlow(folder, "look.ts", own[1]?.source ?? "");

    const commands = textOf("README.md").matchAll(/^npx metaflow (roots\.ts .*?)(?: +#.*)?$/gm);
    const printed: string[] = [];
    for (const [, words = ""] of commands) {
      const args = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      const { code, stdout, stderr } = await runCli(args, { cwd: folder });
      expect({ words, code, stderr: code === 0 ? "" : stderr }).toEqual({ words, code: 0, stderr: "" });
      printed.push(stdout);
    }
    expect(printed.length).toBeGreaterThan(6);
    expect(printed[0]).toContain("their sum is 11.48");
    expect(printed[1]).toContain("their sum is 9");

    const look = await promisify(execFile)(process.execPath, ["look.ts"], { cwd: folder });
    expect(look.stdout).toMatch(/^\d+ 9\n0 4\n1 5\n$/);
  });
});
