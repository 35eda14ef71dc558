import { ensure, ensureEqual, type RuleBody } from "./rule.js";

/** Prints `ready`, and then waits for its end. */
const WAITING = "console.log('ready'); setInterval(() => {}, 1000)";
/** As does one that cannot be spoken to. */
const DEAF = "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); console.log('ready'); for (;;);";

/** How commands end. */
export const endRules: readonly RuleBody[] = [
  {
    name: "an exit code is told",
    async check({ run }) {
      for (const code of [0, 1, 3, 130]) {
        ensureEqual(await run(`process.exit(${code})`).ended(), { kind: "exited", code }, "it ended");
      }
    },
  },
  {
    name: "a command that is killed from elsewhere did not exit by itself",
    async check({ run }) {
      const end = await run("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)").ended();
      ensure(end.kind !== "exited" || end.code === 137, `it ended ${JSON.stringify(end)}`);
    },
  },
  {
    name: "a command that cannot be started ends all the same",
    async check({ run }) {
      const end = await run("", { program: "/no/such/program" }).ended();
      ensure(end.kind === "lost" || (end.kind === "exited" && end.code !== 0), `it ended ${JSON.stringify(end)}`);
    },
  },
  {
    name: "a command that is asked to stop can end cleanly",
    async check({ run }) {
      const watched = run(`process.on("SIGTERM", () => { console.log("cleaned"); process.exit(7); }); ${WAITING}`);
      await watched.printed("ready");
      watched.launched.stop();
      ensureEqual(await watched.ended(), { kind: "exited", code: 7 }, "it ended");
      ensureEqual(watched.text("stdout"), "ready\ncleaned\n", "it printed");
    },
  },
  {
    name: "a command that is killed ends, whatever it does, with what it started",
    async check({ run }) {
      const child = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(DEAF)}], { stdio: "inherit" });`;
      const watched = run(`${child} process.on("SIGTERM", () => {}); process.on("SIGINT", () => {}); ${WAITING}`);
      await watched.printed("ready\nready\n");
      watched.launched.kill();
      const end = await watched.ended(20);
      ensure(end.kind !== "exited" || end.code !== 0, `it ended ${JSON.stringify(end)}`);
    },
  },
  {
    name: "stopping or killing what has ended does nothing",
    async check({ run }) {
      const other = run(WAITING);
      await other.printed("ready");
      const watched = run("console.log('over')");
      await watched.ended();
      watched.launched.stop();
      watched.launched.kill();
      const still = await Promise.race([other.launched.ended, new Promise((done) => setTimeout(done, 300, "running"))]);
      ensureEqual(still, "running", "another attempt was");
      other.launched.kill();
      await other.ended();
    },
  },
  {
    name: "attempts at the same time are told apart",
    async check({ run }) {
      const watched = Array.from({ length: 8 }, (_, i) => run(`console.log("I am ${i}"); process.exit(${i})`));
      const ends = await Promise.all(watched.map((each) => each.ended()));
      ensureEqual(
        ends.map((end) => (end.kind === "exited" ? end.code : -1)),
        [0, 1, 2, 3, 4, 5, 6, 7],
        "exit codes were",
      );
      for (const [i, each] of watched.entries()) ensureEqual(each.text("stdout"), `I am ${i}\n`, "it printed");
    },
  },
  {
    name: "closing ends what is left",
    async check({ run, open }) {
      const watched = run(`process.on("SIGTERM", () => {}); ${WAITING}`);
      await watched.printed("ready");
      await open.close();
      await watched.ended(20);
    },
  },
];

/** Left out where a factory cannot take places away. */
export const lostRule: RuleBody = {
  name: "a place that goes away is no exit of the command",
  async check({ run, tested }) {
    const watched = run(WAITING);
    await watched.printed("ready");
    await tested.takeAway?.(watched.launched);
    const end = await watched.ended();
    ensure(end.kind === "lost" || end.kind === "signal", `it ended ${JSON.stringify(end)}`);
  },
};
