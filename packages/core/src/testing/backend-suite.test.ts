import { expect, it } from "vitest";
import type { Backend, BackendListener, LaunchedCommand, OpenBackend } from "../contracts/backend.js";
import { processBackend } from "../runtime/backends/process-backend.js";
import { type BackendFactory, backendRules, backendSuite } from "./backend-suite.js";
import { elsewhereConfig } from "./elsewhere-backend.js";

const pids = new WeakMap<LaunchedCommand, number>();

/** A backend, with something that goes wrong in what it launches. */
function broken(bug: Bug, change: Partial<Backend> = {}, backend: Backend = processBackend as Backend): BackendFactory {
  return () => ({
    backend: {
      ...backend,
      async open(run) {
        const good = await backend.open(run);
        return {
          close: () => good.close(),
          launch: (attempt, listener) => launch(good, attempt, listener, bug),
          ...bug.open?.(good),
        };
      },
      ...change,
    },
    takeAway: (launched) => void process.kill(-(pids.get(launched) ?? 0), "SIGKILL"),
  });
}

interface Bug {
  readonly attempt?: (attempt: Attempt) => Partial<Attempt>;
  readonly listener?: (good: BackendListener) => Partial<BackendListener>;
  readonly launched?: (good: LaunchedCommand) => Partial<LaunchedCommand>;
  readonly open?: (good: OpenBackend) => Partial<OpenBackend>;
}
type Attempt = Parameters<OpenBackend["launch"]>[0];

function launch(good: OpenBackend, attempt: Attempt, listener: BackendListener, bug: Bug): LaunchedCommand {
  let number = 0;
  const told: BackendListener = { ...listener, ...bug.listener?.(listener) };
  const onStart: BackendListener["onStart"] = (place) => {
    number = place.pid ?? 0;
    told.onStart(place);
  };
  const launched = good.launch({ ...attempt, ...bug.attempt?.(attempt) }, { onLine: told.onLine, onStart });
  const changed = { ...launched, ...bug.launched?.(launched) };
  pids.set(changed, number);
  return changed;
}

const { default: config } = (await import(`data:text/javascript,${encodeURIComponent(elsewhereConfig)}`)) as {
  readonly default: { readonly backends: readonly [Backend] };
};
const [elsewhere] = config.backends;

backendSuite("process", broken({}));
backendSuite("elsewhere", () => ({ backend: elsewhere }));

const words = (change: (words: readonly string[]) => readonly string[]): Bug => ({
  attempt: ({ command }) => ({ command: change(command) as Attempt["command"] }),
});

/** For every rule a backend that breaks it. */
const bugs: Record<string, BackendFactory> = {
  "its name and capabilities make sense": broken(
    {},
    { capabilities: { local: true, resources: "ignored", maxParallel: 0, gangs: true } },
  ),
  "a command gets its words exactly": broken(words((all) => all.filter((word) => word !== ""))),
  "variables reach the command, whatever is in them": broken({ attempt: () => ({ variables: {} }) }),
  "the start is told once, and before all lines": broken({
    listener: ({ onLine, onStart }) => ({
      onLine(...line) {
        onLine(...line);
        onStart({});
      },
    }),
  }),
  "lines are told as they come, in the order of their stream, and before the end": broken({
    listener: ({ onLine }) => ({ onLine: (...line) => void setTimeout(() => onLine(...line), Math.random() * 20) }),
  }),
  "a last line without a line feed, empty lines and strange characters are told": broken({
    listener: ({ onLine }) => ({ onLine: (stream, text) => onLine(stream, text, true) }),
  }),
  "five megabytes of output arrive whole": broken({
    listener({ onLine }) {
      let left = 1000;
      return { onLine: (...line) => void (left-- > 0 && onLine(...line)) };
    },
  }),
  "an exit code is told": broken({
    launched: ({ ended }) => ({
      ended: ended.then((end) => (end.kind === "exited" ? { kind: "exited", code: 0 } : end)),
    }),
  }),
  "a command that is killed from elsewhere did not exit by itself": broken({
    launched: ({ ended }) => ({
      ended: ended.then((end) => (end.kind === "signal" ? { kind: "exited", code: 0 } : end)),
    }),
  }),
  "a command that cannot be started ends all the same": broken({
    launched: ({ ended }) => ({
      ended: ended.then((end) => (end.kind === "lost" ? Promise.reject(new Error("no")) : end)),
    }),
  }),
  "a command that is asked to stop can end cleanly": broken({ launched: ({ kill }) => ({ stop: kill }) }),
  "a command that is killed ends, whatever it does, with what it started": broken({
    launched: ({ stop, ended }) => ({
      kill: stop,
      ended: Promise.race([ended, new Promise<never>((_, fail) => setTimeout(fail, 2000, new Error("still there")))]),
    }),
  }),
  "stopping or killing what has ended does nothing": broken({ open: killsAll }),
  "attempts at the same time are told apart": broken({ open: mixesUp }),
  "closing ends what is left": broken({
    open: () => ({ close: async () => {} }),
    launched: ({ ended, kill }) => ({
      ended: Promise.race([
        ended,
        new Promise<never>((_, fail) =>
          setTimeout(() => {
            kill();
            fail(new Error("still there"));
          }, 2000),
        ),
      ]),
    }),
  }),
  "a command's working folder has its files, and nothing else": broken(
    { attempt: ({ files }) => ({ files: files.slice(1) }) },
    {},
    elsewhere,
  ),
  "a place that goes away is no exit of the command": broken({
    launched: ({ ended }) => ({
      ended: ended.then((end) => (end.kind === "signal" ? { kind: "exited", code: 1 } : end)),
    }),
  }),
};

/** Kills everything when one is to be killed. */
function killsAll(good: OpenBackend): Partial<OpenBackend> {
  const all: LaunchedCommand[] = [];
  return {
    launch(attempt, listener) {
      const launched = good.launch(attempt, listener);
      all.push(launched);
      const kill = (): void => {
        for (const each of all) each.kill();
      };
      return { ...launched, kill };
    },
  };
}

/** Tells the last listener of every line. */
function mixesUp(good: OpenBackend): Partial<OpenBackend> {
  let last: BackendListener | undefined;
  return {
    launch(attempt, listener) {
      last = listener;
      return good.launch(attempt, { ...listener, onLine: (...line) => last?.onLine(...line) });
    },
  };
}

it("has a broken backend for every rule", () => {
  expect(backendRules(broken({})).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

it.each(Object.entries(bugs))("%s: catches a broken backend", { timeout: 60_000 }, async (name, factory) => {
  const rule = backendRules(factory).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});
