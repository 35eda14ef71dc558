import { describe, expect, it } from "vitest";
import type { RecordedError } from "../contracts/records.js";
import type { BundlePositions } from "../contracts/source-positions.js";
import { type ErrorContext, recordError, stackFrames } from "./record-error.js";

const PLAIN: ErrorContext = { positions: null, cwd: "/home/ada" };
const SOURCE = "one\ntwo\nthree";
const POSITIONS: BundlePositions = {
  original: (line, column) => (line > 100 ? null : { file: "/home/ada/flow.ts", line, column }),
  sourceText: (file) => (file === "/home/ada/flow.ts" ? SOURCE : null),
};
const MAPPED: ErrorContext = { positions: POSITIONS, cwd: "/home/ada" };
const BUNDLE = `file:///home/ada/metaflow-bundle-${"a".repeat(64)}.mjs`;

function depth(error: RecordedError): number {
  return error.cause === null ? 0 : 1 + depth(error.cause);
}

describe("a recorded error", () => {
  it("has eight causes at most, and is never its own", () => {
    let error = new Error("the first");
    for (let k = 0; k < 20; k += 1) error = new Error(`number ${k}`, { cause: error });
    expect(depth(recordError(error, PLAIN))).toBe(8);
    const own = new Error("own");
    own.cause = new Error("between", { cause: own });
    expect(depth(recordError(own, PLAIN))).toBe(1);
  });

  it("has twenty members of an AggregateError at most", () => {
    const all = new AggregateError(Array.from({ length: 30 }, (_, k) => new Error(String(k))));
    expect(recordError(all, PLAIN).errors.map(({ message }) => message)).toEqual(
      Array.from({ length: 20 }, (_, k) => String(k)),
    );
  });

  it("is made of anything that can be thrown", () => {
    const hostile = new Proxy(new Error("x"), {
      get() {
        throw new Error("do not look");
      },
    });
    for (const thrown of [hostile, null, undefined, Symbol("s"), 1n, Object.create(null)]) {
      expect(typeof recordError(thrown, MAPPED).message).toBe("string");
    }
  });
});

describe("the frames of a stack", () => {
  it.each([
    ["of the bundle", `${BUNDLE}:2:3`],
    ["of a file, mapped where it came about", "/home/ada/flow.ts:2:3"],
  ])("%s are shown in positions of the source, with an excerpt", (_, place) => {
    const stack = `Error: x\n    at async F.start (${place})\n    at node:internal/x:1:1\n    at ${place}`;
    const { stack: frames, codeFrame } = stackFrames(stack, MAPPED);
    expect(frames).toEqual(["at async F.start (flow.ts:2:3)", "at flow.ts:2:3"]);
    expect(codeFrame).toContain("> 2 | two");
  });

  it("of others are left as they are; the bundler's own are left out", () => {
    const stack = `Error: x\n    at f (/home/ada/node_modules/p/index.cjs:1:2)\n    at helper (${BUNDLE}:101:1)`;
    expect(stackFrames(stack, MAPPED)).toEqual({
      stack: ["at f (/home/ada/node_modules/p/index.cjs:1:2)"],
      codeFrame: null,
    });
    expect(stackFrames(stack, PLAIN).stack).toHaveLength(2);
  });
});
