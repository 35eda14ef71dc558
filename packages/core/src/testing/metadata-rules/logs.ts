import type { LogRef } from "../../contracts/record-store.js";
import { ensureEqual, type RuleBody } from "./rule.js";

const LOG: LogRef = { flow: "TrainFlow", runId: "1700000000000000", step: "train", task: "i3", attempt: 0 };
const CHUNKS = ["one\n", "", "drei ü 🚀\n", "x".repeat(300_000), "last without a line feed"];

async function collect(chunks: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** Logs of attempts. */
export const logRules: readonly RuleBody[] = [
  {
    name: "a log comes back chunk by chunk, from any one on",
    async check(records, again) {
      ensureEqual(await collect(records.readLogChunks(LOG)), [], "an absent log was");
      for (const [i, text] of CHUNKS.entries()) await records.writeLogChunk(LOG, i, text);
      const other = await again();
      ensureEqual((await collect(other.readLogChunks(LOG))).join(""), CHUNKS.join(""), "it was");
      ensureEqual(
        (await collect(other.readLogChunks(LOG, 3))).join(""),
        CHUNKS.slice(3).join(""),
        "from the fourth on it was",
      );
    },
  },
  {
    name: "more than ten chunks come in their order",
    async check(records) {
      for (let i = 0; i < 12; i++) await records.writeLogChunk(LOG, i, `${i},`);
      ensureEqual((await collect(records.readLogChunks(LOG))).join(""), "0,1,2,3,4,5,6,7,8,9,10,11,", "it was");
    },
  },
  {
    name: "logs of attempts are told apart",
    async check(records) {
      for (const attempt of [0, 1]) await records.writeLogChunk({ ...LOG, attempt }, 0, `attempt ${attempt}`);
      await records.writeLogChunk({ ...LOG, task: "i4" }, 0, "another task");
      for (const attempt of [0, 1]) {
        ensureEqual(await collect(records.readLogChunks({ ...LOG, attempt })), [`attempt ${attempt}`], "it was");
      }
    },
  },
];
