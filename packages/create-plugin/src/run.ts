import { relative } from "node:path";
import { askForWishes } from "./ask.js";
import { createPlugin } from "./create-plugin.js";
import { Refusal } from "./refusal.js";
import type { Surroundings } from "./surroundings.js";
import { type Kind, readKinds } from "./template.js";
import { type OpenWishes, parseWords, usage, type Wishes } from "./wishes.js";

/** Makes the plugin that the words ask for; returns the exit code: 0, or 2 where nothing was made. */
export async function run(around: Surroundings): Promise<number> {
  try {
    const kinds = readKinds();
    const wishes = parseWords(around.words, kinds);
    if (wishes === "help") {
      around.output.write(`${usage(kinds)}\n`);
      return 0;
    }
    const complete = await completed(wishes, kinds, around);
    const { folder, files } = createPlugin(complete, around.folder);
    around.output.write(report(relative(around.folder, folder) || ".", files));
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    around.errors.write(`${error.message}\n`);
    return 2;
  }
}

/** Asks for what is missing where somebody is there to answer. */
async function completed(wishes: OpenWishes, kinds: readonly Kind[], around: Surroundings): Promise<Wishes> {
  const { name, kinds: chosen } = wishes;
  if (name !== undefined && chosen !== undefined) return { ...wishes, name, kinds: chosen };
  if (around.input.isTTY === true && around.output.isTTY === true) return await askForWishes(wishes, kinds, around);
  const missing = name === undefined ? "The plugin's name is missing." : "Say with --kind what the plugin adds.";
  throw new Refusal(`${missing}\n\n${usage(kinds)}`);
}

function report(folder: string, files: readonly string[]): string {
  const enter = folder === "." ? "" : `  cd ${folder}\n`;
  return `Made ${files.length} files in ${folder}. Next:\n\n${enter}  npm install\n  npm test\n`;
}
