/** Runs are copied to another datastore and back, whole and checked. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openData } from "../../src/public/data.js";
import { type CliResult, makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";

const FLOW = `
import { current, FlowSpec, step, parameter, type Inputs } from "@metaflow-ts/core";
import { openData } from "@metaflow-ts/core/data";

export default class MovedFlow extends FlowSpec {
  @parameter() fail = false;
  @parameter() wait = 0;
  items!: number[];
  large!: Uint8Array;
  sum!: Map<string, number>;

  @step async start() {
    const data = await openData({ run: current });
    await data.put("notes/a.txt", "beside", { contentType: "text/plain", metadata: { made_by: "start" } });
    this.items = [1, 2, 3];
    this.large = new Uint8Array(300_000).fill(7);
    console.log("logged");
    this.next(this.square, { foreach: this.items });
  }
  @step square(item: number) {
    this.items = [item * item];
    this.next(this.join);
  }
  @step async join(inputs: Inputs<MovedFlow>) {
    await new Promise((done) => setTimeout(done, this.wait));
    if (this.fail && current.originRunId === undefined) throw new Error("not yet");
    this.sum = new Map([["sum", inputs.flatMap((input) => input.items).reduce((a, b) => a + b)]]);
    this.next(this.end);
  }
  @step async end() {
    const data = await openData({ run: current.originRunId === undefined ? current : "MovedFlow/" + current.originRunId });
    const { metadata, contentType, text } = await data.get("notes/a.txt");
    console.log([text(), contentType, JSON.stringify(metadata)].join(" "));
  }
}
`;

let folder: string;
const metaflow = (...words: string[]): Promise<CliResult> => runCli(words, { cwd: folder });
const root = (name: string) => join(folder, name);
const newest = async (place: string): Promise<string> => {
  const { lines } = await metaflow("runs", "MovedFlow", "--json", "--datastore-root", root(place));
  return JSON.parse(lines[0] ?? "{}").runs?.[0]?.pathspec;
};

beforeAll(async () => {
  folder = await makeTempDir();
  await writeFlow(folder, "moved.ts", FLOW);
});

describe("copy", () => {
  it("brings a run, with what it resumed, there and back", async () => {
    const here = ["--datastore-root", root("one")];
    await metaflow("moved.ts", "run", "--fail", ...here);
    const resumed = await metaflow("moved.ts", "resume", ...here);
    expect(resumed.stdout).toContain("beside");
    const run = await newest("one");
    const there = await metaflow("copy", run, "--to", root("two"), ...here);
    expect(there.lines).toHaveLength(2);
    expect(there.stdout).toMatch(/copied: .*\n.*copied: /);
    const again = await metaflow("copy", run, "--to", root("two"), ...here);
    expect(again.stdout).toMatch(/is there already\n.*is there already/);
    const back = await metaflow("copy", run, "--to", root("three"), "--datastore-root", root("two"), "--json");
    expect(back.lines.map((line) => JSON.parse(line))).toMatchObject([
      { outcome: "copied", data: 1 },
      { outcome: "copied", data: 0 },
    ]);
    expect(await contents(root("three"))).toEqual(await contents(root("one")));
    const data = await openData(root("three"));
    const notes = await collect(data.listRecursive("data/MovedFlow"));
    expect(await data.getMany(notes)).toMatchObject([{ contentType: "text/plain", metadata: { made_by: "start" } }]);
    for (const words of [
      ["status", run],
      ["dump", `${run}/end`],
      ["logs", `${run}`],
    ]) {
      const [first, last] = [
        await metaflow(...words, ...here),
        await metaflow(...words, "--datastore-root", root("three")),
      ];
      expect(last.stdout.replaceAll(root("three"), root("one"))).toBe(first.stdout);
    }
  });

  it("refuses a run that goes on, and another one of the same id", async () => {
    const started = startCli(["moved.ts", "run", "--wait", "20000", "--datastore-root", root("live")], { cwd: folder });
    await started.waitFor("logged");
    const running = await metaflow(
      "copy",
      "MovedFlow/latest",
      "--to",
      root("elsewhere"),
      "--datastore-root",
      root("live"),
    );
    expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining("MF_COPY_RUN_RUNNING") });
    started.child.kill("SIGINT");
    await started.result;
    const run = await newest("one");
    const file = join(root("two"), "flows/MovedFlow/runs", run.split("/")[1] ?? "", "run.json");
    const record = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...record, startedAt: 1 }));
    const differs = await metaflow("copy", run, "--to", root("two"), "--datastore-root", root("one"));
    expect(differs).toMatchObject({ code: 1, stderr: expect.stringContaining("MF_COPY_RUN_DIFFERS") });
    const itself = await metaflow("copy", run, "--to", root("one"), "--datastore-root", root("one"));
    expect(itself.stderr).toContain("cannot be copied to itself");
  });

  it("shows no run where a blob is damaged, and all of it once that is mended", async () => {
    const here = ["--datastore-root", root("hurt")];
    await metaflow("moved.ts", "run", ...here);
    const run = await newest("hurt");
    const path = await largestBlob(root("hurt"));
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, 100));
    const hurt = await metaflow("copy", run, "--to", root("healed"), ...here);
    expect(hurt).toMatchObject({ code: 1, stderr: expect.stringContaining("MF_BLOB_CORRUPT") });
    expect(await newest("healed")).toBeUndefined();
    await writeFile(path, whole);
    expect(await metaflow("copy", run, "--to", root("healed"), ...here)).toMatchObject({ code: 0 });
    expect(await newest("healed")).toBe(run);
  });
});

it("sync copies what is not there yet, whatever happened to it before", async () => {
  const here = ["--datastore-root", root("many")];
  for (const words of [[], ["--fail"], []]) await metaflow("moved.ts", "run", ...words, ...here);
  // Killed at some moment: what was copied stays, and no half run is shown.
  const killed = startCli(["sync", "--to", root("mirror"), ...here], { cwd: folder });
  setTimeout(() => killed.child.kill("SIGKILL"), 250);
  await killed.result;
  const first = await metaflow("sync", "--to", root("mirror"), ...here);
  expect(first).toMatchObject({ code: 0 });
  const second = await metaflow("sync", "MovedFlow", "--to", root("mirror"), ...here);
  expect(second.lines).toHaveLength(3);
  expect(second.stdout).not.toContain("copied");
  expect(await contents(root("mirror"))).toEqual(await contents(root("many")));
  const newestOnly = await metaflow("sync", "--limit", "1", "--to", root("single"), ...here);
  expect(newestOnly.lines).toHaveLength(1);
});

it("sync says where there is nothing to copy", async () => {
  const here = ["--datastore-root", root("few")];
  const none = await metaflow("sync", "--to", root("mirror"), ...here);
  expect(none).toMatchObject({ code: 0, stderr: expect.stringContaining("Nothing has run yet") });
  await metaflow("moved.ts", "run", ...here);
  const unknown = await metaflow("sync", "Nope", "--to", root("mirror"), ...here);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("MF_NO_SUCH_FLOW") });
});

it("copies no part of a run whose records are kept elsewhere", async () => {
  const elsewhere = await makeTempDir();
  const config = `export default { metadata: "elsewhere", metadataProviders: [{ name: "elsewhere", open: () => ({}) }] };`;
  await writeFlow(elsewhere, "metaflow.config.ts", config);
  const refused = await runCli(["sync", "--to", root("never")], { cwd: elsewhere });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("'elsewhere'") });
});

/** Every file by its path, without heartbeats and what the datastore keeps for itself. */
async function contents(place: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = /\/\.(tmp|attributes)\//;
  const kept = files.filter((path) => !own.test(path) && !path.endsWith("heartbeat.json")).toSorted();
  return Object.fromEntries(
    await Promise.all(kept.map(async (path) => [path.slice(place.length), await readFile(path, "hex")])),
  );
}

async function largestBlob(place: string): Promise<string> {
  const blobs = Object.entries(await contents(place)).filter(([path]) => path.startsWith("/blobs/"));
  const [found] = blobs.toSorted(([, a], [, b]) => b.length - a.length);
  return join(place, found?.[0] ?? "");
}

async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}
