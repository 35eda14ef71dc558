import { ensure, ensureEqual, type RuleBody } from "./rule.js";

const WORDS = ["plain", "two words", "", "quote'and\"", "$HOME `x` \\n", "line\nfeed", "ü→🚀", "--datastore", "*"];

/** What is started, and what is heard of it. */
export const commandRules: readonly RuleBody[] = [
  {
    name: "its name and capabilities make sense",
    async check({ tested: { backend } }) {
      const { name, capabilities } = backend;
      ensure(/^[A-Za-z][\w-]*$/.test(name), `'${name}' is no word`);
      const { maxParallel, resources } = capabilities;
      ensure(maxParallel === null || (Number.isInteger(maxParallel) && maxParallel > 0), "maxParallel is no number");
      const known = ["cpu", "gpu", "memory", "disk", "sharedMemory"];
      const strange = resources === "ignored" ? [] : resources.filter((each) => !known.includes(each));
      ensure(strange.length === 0, `there are no resources called ${strange.join(", ")}`);
    },
  },
  {
    name: "a command gets its words exactly",
    async check({ run }) {
      const watched = run("console.log(JSON.stringify(process.argv.slice(1)))", { words: WORDS });
      ensureEqual(await watched.ended(), { kind: "exited", code: 0 }, "it ended");
      ensureEqual(JSON.parse(watched.text("stdout")), WORDS, "it got");
    },
  },
  {
    name: "variables reach the command, whatever is in them",
    async check({ run }) {
      const variables = { SUITE_ONE: "a b", SUITE_TWO: "line\nfeed 'ü'", SUITE_THREE: "" };
      const source =
        "const { SUITE_ONE, SUITE_TWO, SUITE_THREE } = process.env; console.log(JSON.stringify({ SUITE_ONE, SUITE_TWO, SUITE_THREE }))";
      const watched = run(source, { variables });
      await watched.ended();
      ensureEqual(JSON.parse(watched.text("stdout")), variables, "it got");
    },
  },
  {
    name: "the start is told once, and before all lines",
    async check({ run }) {
      const watched = run("console.log('one'); console.error('two')");
      await watched.ended();
      const starts = watched.told.flatMap(({ what }, i) => (what === "start" ? [i] : []));
      ensureEqual(starts, [0], "starts came as number");
    },
  },
  {
    name: "lines are told as they come, in the order of their stream, and before the end",
    async check({ run }) {
      const source = `
        let i = 0;
        const next = () => { console.log("out " + i); console.error("err " + i); if (++i < 50) setTimeout(next, 1); };
        next();`;
      const watched = run(source);
      await watched.printed("out 0\n");
      await watched.ended();
      const lines = (name: string) => Array.from({ length: 50 }, (_, i) => `${name} ${i}\n`).join("");
      ensureEqual(watched.text("stdout"), lines("out"), "stdout was");
      ensureEqual(watched.text("stderr"), lines("err"), "stderr was");
    },
  },
  {
    name: "a last line without a line feed, empty lines and strange characters are told",
    async check({ run }) {
      const watched = run(`process.stdout.write("a\\n\\nü→🚀\\t\\n  last")`);
      await watched.ended();
      ensureEqual(watched.text("stdout"), "a\n\nü→🚀\t\n  last", "stdout was");
    },
  },
  {
    name: "five megabytes of output arrive whole",
    async check({ run }) {
      const source = `const line = "x".repeat(999); for (let i = 0; i < 5000; i++) console.log(line)`;
      const watched = run(source);
      ensureEqual(await watched.ended(120), { kind: "exited", code: 0 }, "it ended");
      ensureEqual(watched.text("stdout").length, 5_000_000, "its length was");
    },
  },
];
