import { describe, expect, it } from "vitest";
import { createTokenBucket } from "../testing/token-bucket.js";
import { createAdaptiveRate } from "./adaptive-rate.js";

interface Simulation {
  readonly processes: number;
  /** Calls that each process makes at the same time, one after the other. */
  readonly loops: number;
  readonly perSecond: number;
  /** Seconds in which the store refuses all calls. */
  readonly outage?: readonly [number, number];
}

interface Call {
  readonly at: number;
  readonly process: number;
  readonly passed: boolean;
}

const SECONDS = 60;
const LATENCY = 10;

/** Processes that call a store as fast as they may; its calls in a minute that takes no time. */
function simulate({ processes, loops, perSecond, outage: [from, until] = [0, 0] }: Simulation): readonly Call[] {
  const clock = createClock();
  const { now, after, random } = clock;
  const bucket = createTokenBucket(perSecond, now);
  const calls: Call[] = [];
  for (let process = 0; process < processes; process++) {
    const rate = createAdaptiveRate(now);
    let shrunkAt = Number.NEGATIVE_INFINITY;
    const enter = (tries: number): void => {
      const { delay } = rate;
      if (delay > 0) after(delay, () => enter(tries));
      else call(tries);
    };
    const call = (tries: number): void => {
      rate.begin();
      const at = now();
      const passed = !(at >= from * 1000 && at < until * 1000) && bucket.take();
      calls.push({ at, process, passed });
      after(LATENCY * (0.5 + random()), () => {
        if (passed) {
          rate.grow();
          enter(1);
        } else {
          if (at >= shrunkAt) rate.shrink();
          shrunkAt = now();
          after(random() * Math.min(10_000, 100 * 2 ** (tries - 1)), () => enter(tries + 1));
        }
      });
    };
    for (let loop = 0; loop < loops; loop++) after(random() * 300, () => enter(1));
  }
  clock.run(SECONDS * 1000);
  return calls;
}

/** A clock that jumps from one thing to do to the next. */
function createClock() {
  let at = 0;
  let seed = 1;
  let todo: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => at,
    random() {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    },
    after: (delay: number, run: () => void) => void todo.push({ at: at + delay, run }),
    run(until: number) {
      for (;;) {
        const next = todo.reduce((first, each) => (each.at < first.at ? each : first));
        if (next.at > until) return;
        todo = todo.filter((each) => each !== next);
        at = next.at;
        next.run();
      }
    },
  };
}

/** What became of the calls after a second, and how many passed of the process that had the fewest, against the mean. */
function summary(calls: readonly Call[], second: number, { processes, perSecond }: Simulation) {
  const counted = calls.filter(({ at }) => at >= second * 1000);
  const passed = counted.filter((call) => call.passed);
  const each = Array.from({ length: processes }, (_, k) => passed.filter(({ process }) => process === k).length);
  return {
    refused: 1 - passed.length / counted.length,
    used: passed.length / ((SECONDS - second) * perSecond),
    least: Math.min(...each) / (passed.length / processes),
  };
}

describe("createAdaptiveRate", () => {
  it("lets as many begin as like to, where the store takes them", () => {
    const rate = createAdaptiveRate(() => 0);
    for (let i = 0; i < 1000; i++) {
      expect(rate.delay).toBe(0);
      rate.begin();
      rate.grow();
    }
  });

  it.each<Simulation>([
    { processes: 1, loops: 1, perSecond: 50 },
    { processes: 4, loops: 1, perSecond: 80 },
    { processes: 8, loops: 1, perSecond: 80 },
    { processes: 30, loops: 1, perSecond: 80 },
    { processes: 1, loops: 64, perSecond: 200 },
    { processes: 2, loops: 64, perSecond: 200 },
  ])("finds its share of what a store takes, among others that do: %o", (simulation) => {
    const { refused, used, least } = summary(simulate(simulation), 4, simulation);
    expect(refused).toBeLessThan(0.12);
    expect(used).toBeGreaterThan(0.85);
    expect(least).toBeGreaterThan(0.25);
  });

  it("asks seldom while all calls are refused, and is soon where it was when they are not", () => {
    const simulation: Simulation = { processes: 4, loops: 16, perSecond: 80, outage: [10, 30] };
    const calls = simulate(simulation);
    const during = calls.filter(({ at }) => at > 12_000 && at < 30_000);
    expect(during.length / 18).toBeLessThan(10);
    expect(summary(calls, 40, simulation).used).toBeGreaterThan(0.8);
  });
});
