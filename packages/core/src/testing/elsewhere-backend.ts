/**
 * A config with a backend `elsewhere`, which stands for other machines: each attempt starts in an empty folder with an
 * empty home, with nothing of the environment but Node and the variables that `ELSEWHERE_VARIABLES` names, as a place
 * that has credentials of its own. `ELSEWHERE_LOG`, if it is set, gets a line for each attempt.
 */
export const elsewhereConfig = `import { spawn } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const elsewhere = {
  name: "elsewhere",
  capabilities: { local: false, resources: "ignored", maxParallel: null, gangs: true },
  open: ({ environment }) => new Places(environment),
};

class Places {
  #running = new Map();
  #base = mkdtempSync(join(tmpdir(), "metaflow-elsewhere-"));
  #environment;
  constructor(environment) {
    this.#environment = environment;
  }
  launch({ command: [program, ...words], files, variables, step, task, attempt }, listener) {
    const place = mkdtempSync(join(this.#base, "place-"));
    const home = mkdtempSync(join(this.#base, "home-"));
    for (const { path, bytes, executable } of files) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), bytes);
      if (executable) chmodSync(join(place, path), 0o755);
    }
    const { ELSEWHERE_VARIABLES = "", ELSEWHERE_LOG } = this.#environment;
    if (ELSEWHERE_LOG) appendFileSync(ELSEWHERE_LOG, [step, task, attempt].join(" ") + "\\n");
    const given = ELSEWHERE_VARIABLES.split(",").filter(Boolean).map((name) => [name, this.#environment[name]]);
    const env = { ...Object.fromEntries(given), HOME: home, TMPDIR: home, PATH: dirname(process.execPath), ...variables };
    const child = spawn(program, words, { cwd: place, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const signal = (name) => {
      if (!this.#running.has(child)) return;
      try {
        process.kill(-child.pid, name);
      } catch {}
    };
    const ended = new Promise((done) => {
      let reason;
      child.on("error", (error) => {
        reason = error.message;
      });
      child.on("close", (code, name) => {
        this.#running.delete(child);
        rmSync(place, { recursive: true, force: true });
        if (name) done({ kind: "signal", signal: name });
        else done(reason === undefined ? { kind: "exited", code } : { kind: "lost", reason });
      });
    });
    if (child.pid !== undefined) this.#running.set(child, ended);
    listener.onStart({});
    for (const name of ["stdout", "stderr"]) passOn(child[name], (text, whole) => listener.onLine(name, text, whole));
    return { ended, stop: () => signal("SIGTERM"), kill: () => signal("SIGKILL") };
  }
  async close() {
    const left = [...this.#running];
    for (const [{ pid }] of left) process.kill(-pid, "SIGKILL");
    await Promise.all(left.map(([, ended]) => ended));
    rmSync(this.#base, { recursive: true, force: true });
  }
}

function passOn(stream, give) {
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) give(line, true);
  });
  stream.on("close", () => rest !== "" && give(rest, false));
}

export default { backends: [elsewhere] };
`;
