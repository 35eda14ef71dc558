import { spawn } from "node:child_process";
import { watchMemory } from "./memory.ts";

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The exit code that is expected. Default 0. */
  readonly exitCode?: number | undefined;
  /** Watch how much memory it and its children have. */
  readonly memory?: boolean | undefined;
}

export interface Finished {
  readonly ms: number;
  readonly stdout: string;
  /** Of all processes together, at most; null where it was not or could not be watched. */
  readonly peakBytes: number | null;
}

/** Runs a program to its end. @throws with what it printed, where it ends otherwise than expected */
export function runProcess(command: string, args: readonly string[], options: ProcessOptions): Promise<Finished> {
  const { cwd, env, exitCode = 0 } = options;
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const memory = options.memory === true && child.pid !== undefined ? watchMemory(child.pid) : null;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => void stdout.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => void stderr.push(bytes));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const ms = performance.now() - startedAt;
      const peakBytes = memory?.stop() ?? null;
      const out = Buffer.concat(stdout).toString("utf8");
      if (code === exitCode) return resolve({ ms, stdout: out, peakBytes });
      const said = `${Buffer.concat(stderr).toString("utf8")}\n${out}`.trim().slice(-2000);
      return reject(new Error(`${[command, ...args].join(" ")} ended with ${code ?? signal}:\n${said}`));
    });
  });
}
