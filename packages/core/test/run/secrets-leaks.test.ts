/** Ten thousand hostile secrets, printed and thrown in every form and way; then every stored byte is searched for them. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBlobSync } from "../../src/datastore/blob-format.js";
import { secretForms, secretValues, tellingPart } from "../../src/testing/secret-forms.js";
import { createFlowFolder } from "./flow-run.js";

/** Secrets of each run. */
const COUNT = 160;

/** Runs for each way to end. */
const ROUNDS = 6;

/** More than is kept of a line, in characters. */
const LONG_LINE = 2_500_000;

/** How the step ends after it printed everything. */
const ENDINGS = {
  throw: "throw new Error(first, { cause: new AggregateError(values.map((value) => new TypeError(value)), second) });",
  reject:
    "void Promise.reject(new RangeError(first, { cause: second })); await new Promise((done) => setTimeout(done, 5000));",
  uncaught: "setTimeout(() => { throw new Error(second); }); await new Promise((done) => setTimeout(done, 5000));",
  exit: "process.exit(3);",
  kill: `process.kill(process.pid, "SIGKILL"); await new Promise((done) => setTimeout(done, 5000));`,
  late: `await new Promise((_, fail) => current.signal.addEventListener("abort", () => fail(new Error(first, { cause: { second } }))));`,
  artifact: "this.left = { list: values };",
  succeed: "this.left = values.length;",
} as const;
type Ending = keyof typeof ENDINGS;

const CONFIG = `import { readFileSync } from "node:fs";
import { defineConfig } from "@metaflow-ts/core/plugin";
const options = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) } };
export default defineConfig({
  secrets: [{ name: "file", contract: 1, options, resolve: async ({ id }) => JSON.parse(readFileSync(id, "utf8")) }],
});`;

const sourceOf = (ending: Ending, lineLength: number): string => `
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { FlowSpec, step, current, getSecret } from "@metaflow-ts/core";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";
const options = { "~standard": { version: 1 as const, vendor: "test", validate: () => ({ value: {} }) } };
const limited = defineStepDecorator({ name: "limited", contract: 1, options, policy: () => ({ timeLimitMs: ${ending === "late" ? 2500 : 60_000} }) });
const noted = defineStepDecorator({ name: "noted", contract: 1, options, async wrap(_, task, proceed) {
  const { S0 = "" } = await read();
  task.setMetadata({ [S0]: [S0, { at: S0 }] });
  await proceed();
} });
const read = async (): Promise<Record<string, string>> => process.env.UNMASKED
  ? JSON.parse(readFileSync("secrets.json", "utf8"))
  : await getSecret("file.secrets.json");

export default class LeakFlow extends FlowSpec {
  left!: unknown;
  @limited @noted @step async start() {
    const values = Object.values(await read());
    const [first = "", second = ""] = values;
    process.stdout.write(readFileSync("forms.txt"));
    execFileSync("cat", ["forms.txt"], { stdio: ["ignore", 2, 2] });
    execFileSync("sh", ["-c", 'printf "%s\\\\n" "$ONE"; printf "%s" "$ONE" | base64'], { stdio: "inherit", env: { ...process.env, ONE: first } });
    for (const value of values.slice(0, 20)) {
      for (let at = 0; at < value.length; at += 3) process.stderr.write(value.slice(at, at + 3));
      process.stderr.write("\\n");
    }
    // One line that is longer than what is kept of a line, with secrets wherever it may be cut.
    const flat = values.filter((value) => !/\\s/.test(value)).join("|") + "|";
    for (let size = 0; size < ${lineLength}; size += flat.length) process.stdout.write(flat);
    console.log();
    console.log({ values: values.slice(0, 10) }, new Error(second));
    ${ENDINGS[ending]}
    this.next(this.end);
  }
  @step end() {}
}`;

interface Round {
  readonly words: readonly string[];
  readonly seed: number;
  readonly lineLength?: number;
  readonly env?: NodeJS.ProcessEnv;
}

async function leaksOf(ending: Ending, { words, seed, lineLength = LONG_LINE, env = {} }: Round) {
  // Words of the language stand in the stored code without being secrets.
  const values = fc.sample(
    secretValues.filter((value) => !/^[A-Za-z_]+$/.test(tellingPart(value))),
    { numRuns: COUNT, seed },
  );
  const source = sourceOf(ending, lineLength);
  const folder = await createFlowFolder({ "flow.ts": source, "metaflow.config.ts": CONFIG });
  const named = Object.fromEntries(values.map((value, k) => [`S${k}`, value]));
  await writeFile(join(folder.path, "secrets.json"), JSON.stringify(named));
  const forms = values.flatMap((value) =>
    Object.entries(secretForms).map(([name, form]) => [name, form(value)] as const),
  );
  await writeFile(join(folder.path, "forms.txt"), forms.map(([, text]) => `<${text}>\n`).join(""));
  const { code, stdout, stderr } = await folder.cli(["flow.ts", "run", ...words], { env });
  expect(code, stderr.slice(-2000)).toBe(ending === "succeed" ? 0 : 1);
  const texts = [...(await textsBelow(folder.store)), ["stdout", stdout], ["stderr", stderr]] as const;
  expect(texts.length).toBeGreaterThan(5);
  const program = [source, CONFIG].join("\n");
  const wanted = new Map(forms.map(([name, text]) => [tellingPart(text), name] as const));
  return [...wanted].flatMap(([part, name]) => {
    if (part === "" || program.includes(part)) return [];
    return texts
      .filter(([, text]) => text.includes(part))
      .map(([place]) => `${name} in ${place}: ${JSON.stringify(part)}`);
  });
}

/** Every file below the root as text, blobs decoded, with its path in it. */
async function textsBelow(root: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      const path = relative(root, file);
      const text = path.startsWith("blobs") ? Buffer.from(decodeBlobSync(bytes)) : bytes;
      return [path, `${path}\n${text.toString("utf8")}`] as const;
    }),
  );
}

const LONG = { timeout: 120_000 };

/** Ways to end, how often each. A long line takes longer than all else: one for each is enough. */
const rounds = (endings: readonly Ending[], firstSeed: number) =>
  endings.flatMap((ending, k) =>
    Array.from({ length: ROUNDS }, (_, round) => ({
      ending,
      round,
      seed: firstSeed + k * ROUNDS + round,
      lineLength: round === 0 ? LONG_LINE : 0,
    })),
  );

describe("no secret is left", () => {
  it.each(rounds(Object.keys(ENDINGS) as Ending[], 100))(
    "by a step that ends with $ending, in a worker ($round)",
    LONG,
    async ({ ending, round, seed, lineLength }) => {
      const words = round % 2 === 0 ? ["--json"] : [];
      expect(await leaksOf(ending, { words, seed, lineLength })).toEqual([]);
    },
  );

  it.each(rounds(["throw", "exit", "late"], 200))(
    "by one that ends with $ending, in a process of its own ($round)",
    LONG,
    async ({ ending, seed, lineLength }) => {
      expect(await leaksOf(ending, { words: ["--isolation", "process"], seed, lineLength })).toEqual([]);
    },
  );
});

it("all forms would be found if nobody masked them", LONG, async () => {
  const leaks = await leaksOf("throw", { words: [], seed: 5000, env: { UNMASKED: "1" } });
  const names = new Set(leaks.map((leak) => leak.slice(0, leak.indexOf(" "))));
  expect([...names].sort()).toEqual(Object.keys(secretForms).sort());
  for (const place of ["stdout", "/failed/", "/logs/"]) {
    expect(
      leaks.some((leak) => leak.includes(place)),
      place,
    ).toBe(true);
  }
});
