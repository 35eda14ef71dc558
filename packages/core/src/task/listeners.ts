import type { EventEmitter } from "node:events";

/** What all tasks of a process can listen to. */
const EMITTERS: readonly EventEmitter[] = [process, process.stdout, process.stderr];

/** Takes note of who listens. Returns what looks for a listener that was added, removed or replaced. */
export function noteListeners(): () => string | null {
  const noted = EMITTERS.map((emitter) => [emitter, listenersOf(emitter)] as const);
  return () => {
    for (const [emitter, before] of noted) {
      const after = listenersOf(emitter);
      for (const event of new Set([...before.keys(), ...after.keys()])) {
        if (!areSame(before.get(event), after.get(event))) return `'${String(event)}' listeners changed`;
      }
    }
    return null;
  };
}

type Listeners = ReturnType<EventEmitter["rawListeners"]>;

function listenersOf(emitter: EventEmitter): ReadonlyMap<string | symbol, Listeners> {
  return new Map(emitter.eventNames().map((event) => [event, emitter.rawListeners(event)]));
}

function areSame(before: Listeners = [], after: Listeners = []): boolean {
  return before.length === after.length && before.every((listener, k) => listener === after[k]);
}
