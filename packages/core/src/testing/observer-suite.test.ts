import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Observer, OpenObserver } from "../contracts/observer.js";
import type { RunEvent } from "../contracts/run-events.js";
import { jsonLines } from "../runtime/observers/json-lines.js";
import { type ObserverFactory, observerRules, observerSuite } from "./observer-suite.js";

observerSuite("json-lines", () => {
  const cwd = mkdtempSync(join(tmpdir(), "metaflow-observer-"));
  return {
    observer: jsonLines as Observer,
    options: { file: "events.ndjson" },
    around: { cwd, environment: {} },
    received: async () =>
      readFileSync(join(cwd, "events.ndjson"), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    close: () => rmSync(cwd, { recursive: true }),
  };
});

type Bug = (good: OpenObserver, seen: RunEvent[]) => Partial<OpenObserver>;

const options = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) =>
      Object.keys(value as object).length > 0 ? { issues: [{ message: "no" }] } : { value },
  },
} as const;

/** Keeps what it gets in memory. */
function keeping(bug: Bug, change: Partial<Observer> = {}): ObserverFactory {
  return () => {
    const seen: RunEvent[] = [];
    const open = (): OpenObserver => {
      const good: OpenObserver = { observe: (events) => void seen.push(...structuredClone(events)) };
      return { ...good, ...bug(good, seen) };
    };
    return {
      observer: { name: "keeping", options, open, ...change },
      around: { cwd: "/", environment: {} },
      received: async () => seen,
    };
  };
}

observerSuite(
  "in memory",
  keeping(() => ({})),
);

/** For every rule an observer that breaks it. */
const bugs: Record<string, ObserverFactory> = {
  "its name can be written on the command line": keeping(() => ({}), { name: "two words" }),
  "an option that it does not know is refused": keeping(() => ({}), {
    options: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } },
  }),
  "every event of a run arrives, once and in order": keeping((_, seen) => ({
    observe: ([event]) => void (event?.type === "run.warning" || seen.push(event as RunEvent)),
  })),
  "events that come together arrive like single ones": keeping((good) => ({
    observe: (events) => good.observe(events.slice(0, 1)),
  })),
  "long lines, line feeds, strange characters and errors with causes arrive whole": keeping((_, seen) => ({
    observe(events) {
      for (const event of events) seen.push(JSON.parse(JSON.stringify(event).slice(0, 10_000)) as RunEvent);
    },
  })),
  "an event is not changed": keeping((good) => ({
    observe(events) {
      for (const event of events) Object.assign(event, { at: 0 });
      return good.observe(events);
    },
  })),
  "it can be closed without an event, in time": keeping((_, seen) => ({
    close() {
      if (seen.length === 0) throw new Error("nothing to close");
    },
  })),
  "two runs at the same time do not disturb each other": keeping((good, seen) => ({
    observe: good.observe,
    close() {
      seen.length = 0;
    },
  })),
  "nothing is written to stdout": keeping((good) => ({
    observe(events) {
      process.stdout.write("events");
      return good.observe(events);
    },
  })),
};

it("has a broken observer for every rule", () => {
  expect(observerRules(keeping(() => ({}))).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

it.each(Object.entries(bugs))("%s: catches a broken observer", async (name, factory) => {
  const rule = observerRules(factory).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});
