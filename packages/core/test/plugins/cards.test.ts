/** Cards are made of what is stored, when somebody asks for them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(
    cwd,
    "flow.ts",
    `import { FlowSpec, step } from "@metaflow-ts/core";
     export default class CardFlow extends FlowSpec {
       text = ""; table = new Map<string, number>();
       @step start() { this.text = "<script>alert(1)</script>"; this.table = new Map([["<b>", 1]]); this.next(this.end); }
       @step end() {}
     }`,
  );
  const source = `export default { name: "metaflow-paper", cards: [
    { name: "mine", render: ({ task, graph }) => "<!doctype html><html>" + task.stepName + " of " + graph.flow + "</html>" },
    { name: "throws", render() { throw new TypeError("no data"); } },
  ] };`;
  await layPlugin(cwd, { name: "metaflow-paper", provides: { cards: ["mine", "throws"] }, source });
  await layPlugin(cwd, {
    name: "metaflow-broken",
    provides: { cards: ["broken"] },
    source: `throw new Error("cannot start");`,
  });
  expect((await runCli(["flow.ts", "run"], { cwd })).code).toBe(0);
});

const get = (...words: string[]) => runCli(["flow.ts", "card", "get", "latest/start/0", ...words], { cwd });

describe("card get", () => {
  it("prints the default card, with what the user stored escaped, or writes it into a file", async () => {
    const { code, stdout } = await get();
    expect(code).toBe(0);
    expect(stdout).toMatch(/CardFlow\/\d+\/start\/0/);
    expect(stdout).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(stdout).toContain("&lt;b&gt;");
    expect(stdout).not.toContain("<script>");
    expect(stdout).toContain('<li class="here">start → end</li>');
    expect(await get("card.html")).toMatchObject({ code: 0, stdout: "" });
    expect(await readFile(join(cwd, "card.html"), "utf8")).toBe(stdout);
  });

  it("makes cards of other types, those of plugins too", async () => {
    expect((await get("--type", "taskspec_card")).stdout).toMatch(/<p>CardFlow\/\d+\/start\/0<\/p>/);
    expect((await get("--type", "mine")).stdout).toBe("<!doctype html><html>start of CardFlow</html>");
    expect(JSON.parse((await get("--type", "mine", "--json")).stdout)).toMatchObject({ type: "card", card: "mine" });
  });

  it.each([
    ["throws", "MF_CARD_FAILED: The card 'throws' of CardFlow/"],
    ["broken", "MF_PLUGIN_NOT_LOADED: Package metaflow-broken, which provides the card 'broken',"],
    ["minne", "There is no card 'minne'."],
  ])("of the type %s is an error of that command alone", async (type, message) => {
    expect(await get("--type", type)).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
  });
});
