import assert from "node:assert/strict";
import { it } from "vitest";
import { type Fault, startFaultProxy } from "./fault-proxy.js";
import type { CommandResult } from "./flow-project.js";
import { createTokenBucket } from "./token-bucket.js";

/** How flows run whose store asks for fewer requests. */
export interface ThrottlingOptions {
  /** The URL of a real server of the store. */
  readonly endpoint: string;
  /** The store's answers to more requests than it takes, in all of its words. */
  readonly answers: readonly Extract<Fault, { readonly kind: "answer" }>[];
  /** Runs a foreach of so many small tasks over the store at a URL, to its end. */
  run(endpoint: string, items: number): Promise<CommandResult>;
  /** The line that the last task of such a run prints. */
  lineOf(items: number): string;
}

const ITEMS = 150;
const PER_SECOND = 60;
/** Milliseconds until everybody has found its share. */
const SEARCH = 3000;

/** Runs over a store that takes so many requests a second, and refuses all others. */
export function throttlingTests({ endpoint, answers, run, lineOf }: ThrottlingOptions): void {
  const refusal = (index: number) => answers[index % answers.length];

  it("shares what a store takes with another run: few requests are refused, little is left unused", async () => {
    const proxy = await startFaultProxy(endpoint);
    const bucket = createTokenBucket(PER_SECOND);
    const seen: { readonly at: number; readonly passed: boolean }[] = [];
    proxy.decide((_, index) => {
      const passed = bucket.take();
      seen.push({ at: performance.now(), passed });
      return passed ? undefined : refusal(index);
    });
    const timed = async () => {
      const result = await run(proxy.url, ITEMS);
      return { ...result, endedAt: performance.now() };
    };
    const runs = await Promise.all([timed(), timed()]);
    await proxy.close();
    for (const { code, stdout, stderr } of runs) {
      assert.equal(code, 0, stderr);
      assert.ok(stdout.includes(lineOf(ITEMS)), stdout);
      assert.equal(stderr.match(/asks for fewer requests/g)?.length, 1, stderr);
    }
    const from = (seen.find(({ passed }) => !passed)?.at ?? assert.fail("nothing was refused")) + SEARCH;
    const until = Math.min(...runs.map(({ endedAt }) => endedAt));
    const counted = seen.filter(({ at }) => at >= from && at < until);
    const passed = counted.filter((request) => request.passed).length;
    const refused = (counted.length - passed) / counted.length;
    const used = (passed * 1000) / (until - from) / PER_SECOND;
    assert.ok(refused < 0.15, `${refused} of the requests were refused`);
    assert.ok(used > 0.5, `${used} of what the store takes was used`);
  });

  it("goes on after a time in which all requests were refused", async () => {
    const proxy = await startFaultProxy(endpoint);
    let refusing: { readonly until: number } | undefined;
    proxy.decide((_, index) => {
      if (index === 60) refusing = { until: performance.now() + 4000 };
      return refusing !== undefined && performance.now() < refusing.until ? refusal(index) : undefined;
    });
    const { code, stdout, stderr } = await run(proxy.url, 40);
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(lineOf(40)), stdout);
  });
}
