import { createInterface } from "node:readline/promises";
import { Refusal } from "./refusal.js";
import type { Surroundings } from "./surroundings.js";
import type { Kind } from "./template.js";
import { checkName, findKinds, type OpenWishes, type Wishes } from "./wishes.js";

/** Asks for what the command line left out, again until the answer makes sense. */
export async function askForWishes(
  wishes: OpenWishes,
  kinds: readonly Kind[],
  { input, output }: Pick<Surroundings, "input" | "output">,
): Promise<Wishes> {
  const lines = createInterface({ input, output });
  const ask = async <T>(question: string, read: (answer: string) => T): Promise<T> => {
    for (;;) {
      const answer = await lines.question(question);
      try {
        return read(answer.trim());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        output.write(`${error.message}\n`);
      }
    }
  };
  try {
    const name = wishes.name ?? (await ask("Name of the npm package: ", checkName));
    if (wishes.kinds !== undefined) return { ...wishes, name, kinds: wishes.kinds };
    for (const kind of kinds) output.write(`  ${kind.name}: ${kind.help}\n`);
    const chosen = await ask("What does it add? (several with commas) ", (answer) => findKinds([answer], kinds));
    return { ...wishes, name, kinds: chosen };
  } finally {
    lines.close();
  }
}
