import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { currentProcess, isAlive } from "./process-identity.js";

it("knows this process", () => {
  const identity = currentProcess();
  expect(identity.pid).toBe(process.pid);
  expect(identity.startMark !== null).toBe(existsSync("/proc/self/stat"));
  expect(isAlive(identity)).toBe("alive");
  expect(currentProcess()).toEqual(identity);
});

it("knows a process that ended", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const identity = { ...currentProcess(), pid: child.pid ?? 0, startMark: null };
  expect(isAlive(identity)).toBe("alive");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity)).toBe("gone");
});

it.runIf(process.platform === "linux")("knows another process with the same number", () => {
  expect(isAlive({ ...currentProcess(), startMark: "1234abcd-5" })).toBe("gone");
});

it("cannot tell on another host", () => {
  expect(isAlive({ ...currentProcess(), host: "elsewhere" })).toBe("unknown");
});
