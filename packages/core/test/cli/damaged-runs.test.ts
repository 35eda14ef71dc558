/** What a damaged record does to commands that list runs: no more than it must. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { parameterFlow } from "./flows.js";

let cwd: string;
let ids: readonly string[];
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  for (let run = 0; run < 2; run++) await runCli(["train.ts", "run"], { cwd });
  const { runs } = JSON.parse((await runCli(["runs", "--json"], { cwd })).stdout);
  ids = runs.map(({ runId }: { runId: string }) => runId);
  await writeFile(join(cwd, `.metaflow/flows/TrainFlow/runs/${ids[0]}/run.json`), "{");
});

it.each([[["runs"]], [["train.ts", "runs"]]])(
  "%s lists the others, and says at the end what is wrong",
  async (words) => {
    const { code, lines, stderr } = await runCli(words, { cwd });
    expect(code).toBe(1);
    expect(lines[1]).toMatch(new RegExp(`^TrainFlow/${ids[0]} +unreadable +20\\d\\d-`));
    expect(lines[2]).toMatch(new RegExp(`^TrainFlow/${ids[1]} +successful`));
    expect(stderr).toMatch(/^MF_RECORD_CORRUPT: The record '.*run\.json'/);
    expect(stderr).toContain("Fix: Restore the object from a backup. Without it this run cannot be read");
  },
);

it("is data, too", async () => {
  const { code, stdout } = await runCli(["runs", "--json"], { cwd });
  expect(code).toBe(1);
  expect(JSON.parse(stdout).runs).toMatchObject([
    { runId: ids[0], status: "unreadable", failure: { pathspec: null, error: { code: "MF_RECORD_CORRUPT" } } },
    { runId: ids[1], status: "successful" },
  ]);
});

it("leaves the others to be read, and is an error where it is meant", async () => {
  expect(await runCli(["status", `TrainFlow/${ids[1]}`], { cwd })).toMatchObject({ code: 0 });
  const { code, stderr } = await runCli(["status"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("MF_RECORD_CORRUPT");
});
