import { hash } from "node:crypto";
import type { PackageFile } from "../../contracts/code-package.js";
import { ensureEqual, type RuleBody } from "./rule.js";

const FILES: readonly PackageFile[] = [
  { path: "program.mjs", bytes: Buffer.from("// ü→🚀\n"), from: "the suite", executable: true },
  { path: "deep/er/bytes.bin", bytes: Uint8Array.from({ length: 70_000 }, (_, i) => i), from: "the suite" },
  { path: "empty", bytes: new Uint8Array(), from: "the suite" },
];

/** Leaves something behind, and tells of what was there before. */
const LOOKING = `
  const { readdirSync, readFileSync, statSync, writeFileSync } = require("node:fs");
  const names = readdirSync(".", { recursive: true }).filter((name) => statSync(name).isFile()).toSorted();
  const digest = (name) => require("node:crypto").hash("sha256", readFileSync(name));
  console.log(JSON.stringify(names.map((name) => [name.replaceAll("\\\\", "/"), digest(name), (statSync(name).mode & 0o100) !== 0])));
  writeFileSync("left-behind", "");`;

/** Left out where commands run on this machine: attempts have no files there. */
export const placeRule: RuleBody = {
  name: "a command's working folder has its files, and nothing else",
  async check({ run }) {
    const expected = FILES.map(({ path, bytes, executable = false }) => [path, hash("sha256", bytes), executable]);
    const wanted = expected.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    // The second may lie where the first one lay.
    for (let time = 0; time < 2; time += 1) {
      const watched = run(LOOKING, { files: FILES });
      ensureEqual(await watched.ended(), { kind: "exited", code: 0 }, "it ended");
      ensureEqual(JSON.parse(watched.text("stdout")), wanted, "it found");
    }
  },
};
