/** Installing a package is enough: what it provides is used by name, by the driver, workers and separate processes. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir } from "../support/cli.js";
import { createOutsideProject, type OutsideProject, writeFiles, writePlugin } from "./outside-plugin.js";

const FLOW = `import { FlowSpec, step } from "@metaflow-ts/core";
import { Money } from "metaflow-acme";

export default class PriceFlow extends FlowSpec {
  price!: Money;
  large!: Uint8Array;
  @step start() {
    this.price = new Money(250);
    this.large = new Uint8Array(100_000).fill(7);
    this.next(this.end);
  }
  @step end() { console.log("costs", this.price.cents, this.price instanceof Money, this.large.length); }
}
`;

const TEAM_FLOW = `import { current, FlowSpec, step } from "@metaflow-ts/core";
import { team } from "metaflow-acme/team";

@team({ name: "growth" })
export default class TeamFlow extends FlowSpec {
  @step start() { console.log("start of", current.team); this.next(this.end); }
  @step end() { console.log("end of", current.team); }
}
`;

let project: OutsideProject;
beforeAll(async () => {
  project = await createOutsideProject("npm", [await writePlugin(), await writeBroken()]);
  await writeFiles(project.folder, { "flows/price.ts": FLOW });
});

/** A plugin that fails when it is imported. */
async function writeBroken(): Promise<string> {
  const folder = await makeTempDir();
  const metaflow = { contract: 1, decorators: ["broken"], datastores: ["broken"] };
  const manifest = { name: "metaflow-broken", version: "1.0.0", type: "module", exports: "./index.js", metaflow };
  await writeFiles(folder, { "package.json": manifest, "index.js": `throw new Error("cannot start");` });
  return folder;
}

describe("an installed plugin", () => {
  it.each([
    ["workers", "pool"],
    ["separate processes", "process"],
  ])("gives --with, --datastore and artifacts what they name, in %s", async (_, isolation) => {
    const place = ["--datastore", "acme-files", "--datastore-root", `acme://${join(project.folder, isolation)}`];
    const options = ["--isolation", isolation, "--with", "shout:word=hello", ...place];
    const run = await project.metaflow("flows/price.ts", "run", ...options);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/HELLO start.*HELLO end.*costs 250 true 100000/s);
    const byScheme = await project.metaflow("runs", "--json", ...place.slice(2));
    const [, runId] = /PriceFlow\/(\d+)/.exec(byScheme.stdout) ?? [];
    const dumped = await project.metaflow(
      "flows/price.ts",
      "dump",
      `${runId}/start`,
      "--include",
      "price",
      "--json",
      ...place,
    );
    expect(dumped.stdout).toContain('"type":"money"');
  });

  it.each(["pool", "process"])(
    "gives every task what its flow decorator was told by the environment, in %s",
    async (isolation) => {
      await writeFiles(project.folder, { "flows/team.ts": TEAM_FLOW });
      const place = ["--datastore-root", join(project.folder, `team-${isolation}`)];
      const env = { METAFLOW_FLOW_TEAM: "search" };
      const words = ["flows/team.ts", "run", "--isolation", isolation, ...place];
      const run = await project.metaflowIn(project.folder, env, ...words);
      expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/start of search.*end of search/s) });
      const status = await project.metaflow("flows/team.ts", "status", "--json", ...place);
      expect(JSON.parse(status.stdout).run.systemTags).toContain("team:search");
      const help = await project.metaflow("flows/team.ts", "run", "--help");
      expect(help.stdout).toMatch(/Options of @team:\n +--team <team> +the team that pays/);
    },
  );

  it("gives the same to a step in an empty folder", async () => {
    await writeFiles(project.folder, { "flows/team.ts": TEAM_FLOW });
    const place = ["--datastore-root", join(project.folder, "team-steps")];
    const init = await project.metaflow("flows/team.ts", "--team", "search", "init", ...place);
    const words = ["step", `TeamFlow/${init.stdout.trim()}/start/0`, ...place];
    const step = await project.metaflowIn(await makeTempDir(), {}, ...words);
    expect(step).toMatchObject({ code: 0, stdout: expect.stringContaining("start of search") });
  });

  it("is executed step by step where only the datastore is named", async () => {
    const place = ["--datastore-root", `acme://${join(project.folder, "steps")}`];
    const init = await project.metaflow("flows/price.ts", "init", "--with", "shout", ...place);
    const run = `PriceFlow/${init.stdout.trim()}`;
    const start = await project.metaflow("step", `${run}/start/0`, ...place);
    expect(start).toMatchObject({ code: 0, stdout: expect.stringContaining("HEY start") });
    const end = await project.metaflow("step", `${run}/end/0`, ...place);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringContaining("costs 250 true 100000") });
  });

  it("is found by a step in an empty folder, which is told where the datastore comes from", async () => {
    const place = ["--datastore", "acme-files", "--datastore-root", join(project.folder, "elsewhere")];
    const init = await project.metaflow("flows/price.ts", "init", "--with", "shout", ...place);
    const words = ["step", `PriceFlow/${init.stdout.trim()}/start/0`, ...place];
    const empty = await makeTempDir();
    const lost = await project.metaflowIn(empty, {}, ...words);
    expect(lost.stderr).toContain("MF_DATASTORE_UNKNOWN");
    const module = pathToFileURL(join(project.folder, "node_modules/metaflow-acme/plugin.js")).href;
    const step = await project.metaflowIn(empty, { METAFLOW_DATASTORE_MODULE: module }, ...words);
    expect(step).toMatchObject({ code: 0, stdout: expect.stringContaining("HEY start") });
  });

  it("that is broken is an error where it is used, and nowhere else", async () => {
    const used = await project.metaflow("flows/price.ts", "check", "--with", "broken");
    expect(used.stderr).toMatch(/metaflow-broken, .*step decorator 'broken'.*cannot start.*MF_PLUGIN_NOT_LOADED/s);
    const datastore = await project.metaflow("runs", "--datastore", "broken", "--datastore-root", "x");
    expect(datastore.stderr).toContain("MF_PLUGIN_NOT_LOADED");
    const unknown = await project.metaflow("flows/price.ts", "check", "--with", "shuot");
    expect(unknown.stderr).toContain("Did you mean 'shout'?");
    expect(await project.metaflow("flows/price.ts", "check")).toMatchObject({ code: 0 });
  });

  it("is listed with what it provides and what is wrong with it", async () => {
    const { stdout } = await project.metaflow("plugins");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^@metaflow-ts\/core +\S+ +\(built in\) datastores local, memory;/);
    expect(lines[1]).toMatch(
      /^metaflow-acme +0.3.0 +step decorator shout; flow decorator team; datastore acme-files; serializer money$/,
    );
    expect(lines.slice(2).join("\n")).toMatch(
      /^metaflow-broken .*\n {2}Package metaflow-broken,.* MF_PLUGIN_NOT_LOADED$/,
    );
    const json = await project.metaflow("plugins", "--json");
    expect(
      json.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { package: "@metaflow-ts/core", state: "builtin", problems: [] },
      { package: "metaflow-acme", version: "0.3.0", state: "installed", problems: [] },
      { package: "metaflow-broken", problems: [{ code: "MF_PLUGIN_NOT_LOADED" }] },
    ]);
  });

  it("can be disabled, and the config's own datastore works in workers", async () => {
    const config = `import { openFiles } from "./node_modules/metaflow-acme/files.js";
      export default {
        disable: ["metaflow-acme"],
        datastores: [{ name: "mine", scheme: "mine", open: (root) => ({ ...openFiles(root), name: "mine" }) }],
      };`;
    await writeFiles(project.folder, { "metaflow.config.ts": config, "flows/plain.ts": PLAIN });
    try {
      const check = await project.metaflow("flows/price.ts", "check", "--with", "shout");
      expect(check.stderr).toContain("MF_DECORATOR_UNKNOWN");
      const place = ["--datastore", "mine", "--datastore-root", join(project.folder, "mine")];
      const run = await project.metaflow("flows/plain.ts", "run", ...place);
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("length 100000") });
    } finally {
      await rm(join(project.folder, "metaflow.config.ts"));
    }
  });
});

it("is found where pnpm installed it", async () => {
  const { folder, metaflow } = await createOutsideProject("pnpm", [await writePlugin()]);
  await writeFiles(folder, { "flows/price.ts": FLOW });
  const place = ["--datastore-root", `acme://${join(folder, "runs")}`];
  const run = await metaflow("flows/price.ts", "run", "--with", "shout", ...place);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/HEY end.*costs 250 true 100000/s) });
});

const PLAIN = `import { FlowSpec, step } from "@metaflow-ts/core";
export default class PlainFlow extends FlowSpec {
  large = "";
  @step start() { this.large = "x".repeat(100_000); this.next(this.end); }
  @step end() { console.log("length", this.large.length); }
}
`;
