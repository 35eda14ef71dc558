/** Tags of runs, changed by many processes at once. */
import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../src/public/client.js";
import { type CliResult, makeTempDir, runCli, writeFlow } from "../support/cli.js";

const FLOW = `
import { FlowSpec, step } from "@metaflow-ts/core";
export default class TaggedFlow extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() {}
}
`;

let folder: string;
let run: string;
const metaflow = (...words: string[]): Promise<CliResult> =>
  runCli(words, { cwd: folder, env: { METAFLOW_USER: "ada" } });
const tagsOf = async (id = run) => JSON.parse((await metaflow("tag", "list", "--run-id", id, "--json")).stdout).tags;

beforeAll(async () => {
  folder = await makeTempDir();
  await writeFlow(folder, "tagged.ts", FLOW);
  await metaflow("tagged.ts", "run", "--tag", "nightly");
  const { lines } = await metaflow("runs", "--json");
  run = JSON.parse(lines[0] ?? "").runs[0].pathspec;
});

describe("tag", () => {
  it("lists the newest run's, as a person, a script or a program wants them", async () => {
    const shown = await metaflow("tagged.ts", "tag", "list");
    expect(shown.stdout).toMatch(/^TaggedFlow\/\d+\n {2}nightly\n.* {2}user:ada/s);
    expect((await metaflow("tag", "list", "--hide-system-tags", "--quiet")).lines).toEqual([`${run} ;  ; nightly`]);
    const json = JSON.parse((await metaflow("tag", "list", "--json")).stdout);
    expect(json).toMatchObject({ run, tags: ["nightly"], systemTags: expect.arrayContaining(["user:ada"]) });
  });

  it("adds, removes and replaces", async () => {
    await metaflow("tag", "add", "--run-id", run, "刺身 means sashimi", "b", "user:ada");
    expect(await tagsOf()).toEqual(["nightly", "刺身 means sashimi", "b"]);
    const removed = await metaflow("tag", "remove", "--run-id", run, "b", "never there");
    expect(removed).toMatchObject({ code: 0, stderr: `${run} had no tag 'never there'\n` });
    await metaflow("tagged.ts", "tag", "replace", "--run-id", run, "--add", "weekly", "--remove", "nightly");
    expect(await tagsOf()).toEqual(["刺身 means sashimi", "weekly"]);
    const found = await metaflow("runs", "--tag", "weekly", "--json");
    expect(JSON.parse(found.stdout).runs).toHaveLength(1);
    await metaflow("tag", "remove", "--run-id", run, "weekly", "刺身 means sashimi");
    expect(await tagsOf()).toEqual([]);
  });

  it.each([
    [["add", "x"], /the newest of TaggedFlow is \d+/],
    [["add", "--run-id", "RUN"], /Which tags\?/],
    [["remove", "--run-id", "RUN", "user:ada"], /MF_TAG_IS_SYSTEM/],
    [["add", "--run-id", "RUN", "x".repeat(600)], /MF_TAG_INVALID.*600 characters/s],
    [
      ["add", "--run-id", "RUN", ...Array.from({ length: 51 }, (_, i) => `t${i}`)],
      /MF_TAGS_TOO_MANY.*50 tags, not 51/s,
    ],
    [["replace", "--run-id", "RUN", "--add", "x"], /needs --add and --remove/],
    [["add", "--run-id", "TaggedFlow/1", "x"], /MF_NO_SUCH_RUN/],
    [["add", "--run-id", "1795524812520801", "x"], /MF_PATHSPEC_INVALID.*Flow\/1795524812520801/s],
    [["paint"], /There is no 'tag paint'/],
  ])("%# is refused, and changes nothing", async (words, message) => {
    const before = await tagsOf();
    const result = await metaflow("tag", ...words.map((word) => (word === "RUN" ? run : word)));
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(message);
    expect(await tagsOf()).toEqual(before);
  });

  it("loses no change of 20 processes", { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 20 }, (_, i) => `process ${i}`);
    const added = await Promise.all(names.map((name) => metaflow("tag", "add", "--run-id", run, name)));
    expect(added.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(names.map(() => "0"));
    expect((await tagsOf()).toSorted()).toEqual(names.toSorted());
  });

  it("changes by the client too", async () => {
    const client = await createClient({ datastore: { root: `${folder}/.metaflow` } });
    const found = await client.flow("TaggedFlow").run(run.split("/")[1] ?? "");
    const added = await found.addTags("from code", "another");
    expect(added.userTags).toContain("from code");
    expect((await added.replaceTags({ remove: added.userTags, add: ["only"] })).userTags).toEqual(["only"]);
    expect(found.userTags).not.toContain("only");
    await expect(found.removeTags("user:ada")).rejects.toMatchObject({ code: "MF_TAG_IS_SYSTEM" });
    expect(await tagsOf()).toEqual(["only"]);
  });
});
