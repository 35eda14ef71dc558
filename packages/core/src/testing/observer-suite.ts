import { describe, it } from "vitest";
import type { Observer, ObserverSurroundings, OpenObserver } from "../contracts/observer.js";
import type { RunEvent } from "../contracts/run-events.js";
import { checkSchema } from "../util/check-schema.js";
import { capturing } from "./command-context.js";
import { exampleEvents, strangeEvents } from "./example-events.js";

/** An observer that is tested, at a place of its own. */
export interface TestedObserver {
  readonly observer: Observer;
  /** As `metaflow.config.ts` would give them. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly around: ObserverSurroundings;
  /** What arrived where the observer sends it, in order, as the events were. Without it nobody looks. */
  readonly received?: () => Promise<readonly unknown[]>;
  readonly close?: () => void | Promise<void>;
}

/** Called once for each rule. */
export type ObserverFactory = () => TestedObserver | Promise<TestedObserver>;

/** One promise of the observer contract. */
export interface ObserverRule {
  readonly name: string;
  /** Rejects where the observer breaks the promise. */
  check(): Promise<void>;
}

interface RuleBody {
  readonly name: string;
  readonly check: (tested: TestedObserver, open: () => Promise<OpenObserver>) => Promise<void>;
}

/** Every promise of the observer contract, as functions that any test runner can call. */
export function observerRules(factory: ObserverFactory): readonly ObserverRule[] {
  return bodies.map(({ name, check }) => ({
    name,
    async check() {
      const tested = await factory();
      try {
        await check(tested, () => openObserver(tested));
      } finally {
        await tested.close?.();
      }
    },
  }));
}

/** Runs every rule as a Vitest test. */
export function observerSuite(name: string, factory: ObserverFactory): void {
  describe(`observer contract: ${name}`, () => {
    for (const rule of observerRules(factory)) it(rule.name, () => rule.check());
  });
}

const bodies: readonly RuleBody[] = [
  {
    name: "its name can be written on the command line",
    async check({ observer: { name } }) {
      ensure(/^[A-Za-z][\w-]*$/.test(name), `'${name}' is no word`);
    },
  },
  {
    name: "an option that it does not know is refused",
    async check({ observer, options }) {
      if (observer.options === undefined) return;
      const result = checkSchema(observer.options, { ...options, anOptionThatNobodyHas: 1 });
      ensure("problems" in result, "an unknown option was taken");
    },
  },
  {
    name: "every event of a run arrives, once and in order",
    async check({ received }, open) {
      await observeAll(
        await open(),
        exampleEvents.map((event) => [event]),
      );
      await compare(received, exampleEvents);
    },
  },
  {
    name: "events that come together arrive like single ones",
    async check({ received }, open) {
      await observeAll(await open(), [exampleEvents.slice(0, 3), exampleEvents.slice(3)]);
      await compare(received, exampleEvents);
    },
  },
  {
    name: "long lines, line feeds, strange characters and errors with causes arrive whole",
    async check({ received }, open) {
      await observeAll(await open(), [strangeEvents]);
      await compare(received, strangeEvents);
    },
  },
  {
    name: "an event is not changed",
    async check(_, open) {
      const before = JSON.stringify(exampleEvents);
      const events = structuredClone(exampleEvents);
      await observeAll(await open(), [events]);
      ensure(JSON.stringify(events) === before, "an event is another one than before");
    },
  },
  {
    name: "it can be closed without an event, in time",
    async check(_, open) {
      const opened = await open();
      await withinSeconds(5, (async () => opened.close?.())());
    },
  },
  {
    name: "two runs at the same time do not disturb each other",
    async check({ received }, open) {
      const [first, second] = [await open(), await open()];
      const half = Math.ceil(exampleEvents.length / 2);
      await first.observe(exampleEvents.slice(0, half));
      await second.close?.();
      await first.observe(exampleEvents.slice(half));
      await first.close?.();
      await compare(received, exampleEvents);
    },
  },
  {
    name: "nothing is written to stdout",
    async check(_, open) {
      const { written, outcome } = await capturing(async () => observeAll(await open(), [exampleEvents]));
      if (!outcome.ok) throw outcome.error;
      ensure(written === "", `it wrote ${JSON.stringify(written)}`);
    },
  },
];

async function openObserver({ observer, options = {}, around }: TestedObserver): Promise<OpenObserver> {
  if (observer.options === undefined) return await observer.open({}, around);
  const result = checkSchema(observer.options, options);
  if ("problems" in result) throw new Error(`its options are refused: ${result.problems.join("; ")}`);
  return await observer.open(result.value, around);
}

async function observeAll(opened: OpenObserver, batches: readonly (readonly RunEvent[])[]): Promise<void> {
  for (const batch of batches) await opened.observe(batch);
  await withinSeconds(5, (async () => opened.close?.())());
}

async function compare(received: TestedObserver["received"], expected: readonly RunEvent[]): Promise<void> {
  if (received === undefined) return;
  const arrived = await received();
  ensure(JSON.stringify(arrived) === JSON.stringify(expected), "what arrived is not what happened");
}

async function withinSeconds(seconds: number, action: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it took more than ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
  }
}

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
