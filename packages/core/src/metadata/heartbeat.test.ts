import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Heartbeat } from "../contracts/records.js";
import { startHeartbeat } from "./heartbeat.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ["Date", "setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function recorded(
  write: (beat: Heartbeat) => Promise<void> = async () => undefined,
  running: () => string[] = () => [],
) {
  const beats: Heartbeat[] = [];
  const store = {
    writeHeartbeat: (_flow: string, _runId: string, beat: Heartbeat) => {
      beats.push(beat);
      return write(beat);
    },
  };
  const snapshot = () => ({
    running: running().map((task) => ({ task, attempt: 0, startedAt: 0 })),
    finished: beats.length,
  });
  const heartbeat = startHeartbeat(store, "F", "1", snapshot, 5000);
  return { beats, heartbeat };
}

it("beats at once and then at its interval, with what there is to say", async () => {
  const { beats, heartbeat } = recorded();
  await vi.advanceTimersByTimeAsync(10_500);
  expect(beats).toEqual(
    [0, 5000, 10_000].map((passed, i) => ({
      version: 1,
      at: 1_700_000_000_000 + passed,
      interval: 5000,
      running: [],
      finished: i,
    })),
  );
  await heartbeat.stop();
});

it("beats sooner where other tasks run", async () => {
  let running: string[] = [];
  const { beats, heartbeat } = recorded(undefined, () => running);
  const times = () => beats.map((beat) => beat.at - 1_700_000_000_000);
  // What happens within the first half second is one write, not several.
  for (const task of ["start/0", "train/i0", "train/i1"]) {
    running = [task];
    await vi.advanceTimersByTimeAsync(150);
  }
  expect(times()).toEqual([0]);
  await vi.advanceTimersByTimeAsync(50);
  expect(times()).toEqual([0, 500]);
  expect(beats[1]?.running.map(({ task }) => task)).toEqual(["train/i1"]);
  // What goes on changing is told less and less often.
  for (let change = 0; change < 60; change++) {
    running = [`train/i${change}`];
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(times()).toEqual([0, 500, 1500, 3500, 5500]);
  await heartbeat.stop();
});

it("looks often until the first task runs", async () => {
  let running: string[] = [];
  const { beats, heartbeat } = recorded(undefined, () => running);
  await vi.advanceTimersByTimeAsync(2100);
  running = ["start/0"];
  await vi.advanceTimersByTimeAsync(400);
  expect(beats.map((beat) => beat.at - 1_700_000_000_000)).toEqual([0, 2500]);
  await heartbeat.stop();
});

it("stops, after the beat that is under way", async () => {
  const { promise: written, resolve: release } = Promise.withResolvers<void>();
  const { beats, heartbeat } = recorded(() => written);
  let isStopped = false;
  const stopping = heartbeat.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(20_000);
  expect([beats.length, isStopped]).toEqual([1, false]);
  release();
  await stopping;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(beats).toHaveLength(1);
});

it("tries again where a beat fails, and never has two under way", async () => {
  let underWay = 0;
  const { beats, heartbeat } = recorded(async () => {
    expect(++underWay).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    underWay--;
    throw new Error("no connection");
  });
  await vi.advanceTimersByTimeAsync(22_000);
  expect(beats).toHaveLength(3);
  const stopping = heartbeat.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopping;
});

it("keeps no process alive", { timeout: 20_000 }, async () => {
  vi.useRealTimers();
  const { outputFiles } = await build({
    stdin: {
      contents: `import { startHeartbeat } from "./heartbeat.js";
        startHeartbeat({ writeHeartbeat: async () => console.log("beat") }, "F", "1", () => ({}), 60_000);`,
      resolveDir: join(import.meta.dirname),
    },
    bundle: true,
    platform: "node",
    write: false,
  });
  const script = outputFiles[0]?.text ?? "";
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { timeout: 10_000 });
  expect(stdout).toBe("beat\n");
});
