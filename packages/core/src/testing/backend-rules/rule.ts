import { readEnvironment } from "../../config/env.js";
import type { Backend, BackendAttempt, BackendEnd, LaunchedCommand, OpenBackend } from "../../contracts/backend.js";
import type { PackageFile } from "../../contracts/code-package.js";
import type { StepNode } from "../../contracts/graph.js";
import { checkSchema } from "../../util/check-schema.js";

/** A backend that is tested, used by nobody else. */
export interface TestedBackend {
  readonly backend: Backend;
  /** As `metaflow.config.ts` would give them. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** How Node is called where commands run. Default: the file of this process's own. */
  readonly node?: string;
  /** Takes away the place of an attempt that runs. Without it the rule about lost places is left out. */
  readonly takeAway?: (launched: LaunchedCommand) => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
}

/** Called once for each rule. */
export type BackendFactory = () => TestedBackend | Promise<TestedBackend>;

/** One promise of the backend contract. */
export interface BackendRule {
  readonly name: string;
  /** Rejects where the backend breaks the promise. */
  check(): Promise<void>;
}

export interface RuleBody {
  readonly name: string;
  readonly check: (lab: Lab) => Promise<void>;
}

/** Launches programs on an open backend, and watches them. */
export interface Lab {
  readonly tested: TestedBackend;
  readonly open: OpenBackend;
  /** A program, as source of a CommonJS module, with its words. */
  run(source: string, options?: RunOptions): Watched;
}

export interface RunOptions {
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly files?: readonly PackageFile[];
}

export interface Watched {
  readonly launched: LaunchedCommand;
  /** What the listener was told, in order: `start`, or stream and text. */
  readonly told: readonly Told[];
  text(stream: "stdout" | "stderr"): string;
  /** Resolves once the program has printed the text. */
  printed(text: string): Promise<void>;
  ended(seconds?: number): Promise<BackendEnd>;
}

export type Told = { readonly what: "start" } | { readonly what: "stdout" | "stderr"; readonly text: string };

const NODE: StepNode = {
  ...{ name: "start", type: "start", next: [], previous: [], isJoin: false, split: null, matchingJoin: null },
  ...{ scope: [], backTo: [], reads: [], inputReads: [], doc: "", decorators: [], policy: {}, nodeInfo: {} },
  ...{ transition: { kind: "end" }, source: null },
};

export async function withLab(factory: BackendFactory, check: (lab: Lab) => Promise<void>): Promise<void> {
  const tested = await factory();
  const { backend } = tested;
  const open = await backend.open({
    ...{ flow: "SuiteFlow", runId: "1700000000000000", environment: readEnvironment() },
    datastore: { name: "memory", root: "memory" },
    code: {
      sha256: "0".repeat(64),
      map: "0".repeat(64),
      entry: "/flow.ts",
      exportName: "default",
      file: "flow.ts",
      modules: {},
    },
  });
  let count = 0;
  try {
    await check({
      tested,
      open,
      run(source, options = {}) {
        count += 1;
        return watch(open, attemptOf(tested, source, options, count));
      },
    });
  } finally {
    await open.close();
    await tested.close?.();
  }
}

function attemptOf(tested: TestedBackend, source: string, options: RunOptions, count: number): BackendAttempt {
  const { node = process.execPath, backend } = tested;
  const { words = [], variables = {}, program = node, files = [] } = options;
  const checked = backend.options === undefined ? { value: {} } : checkSchema(backend.options, tested.options ?? {});
  if ("problems" in checked) throw new Error(`its options are refused: ${checked.problems.join("; ")}`);
  return {
    ...{ flow: "SuiteFlow", runId: "1700000000000000", step: "start", task: String(count), attempt: 0 },
    ...{ words, command: [program, "-e", source, "--", ...words], variables, files, node: NODE },
    ...{ resources: null, timeLimitMs: null, options: checked.value },
  };
}

function watch(open: OpenBackend, attempt: BackendAttempt): Watched {
  const told: Told[] = [];
  let changed = (): void => {};
  const launched = open.launch(attempt, {
    onStart: () => void told.push({ what: "start" }),
    onLine(what, text, terminated) {
      told.push({ what, text: terminated ? `${text}\n` : text });
      changed();
    },
  });
  const text: Watched["text"] = (stream) => told.map((each) => (each.what === stream ? each.text : "")).join("");
  return {
    launched,
    told,
    text,
    printed: (wanted) =>
      within(
        30,
        `it never printed ${wanted}`,
        () =>
          new Promise<void>((done) => {
            changed = () => {
              if (text("stdout").includes(wanted)) done();
            };
            changed();
          }),
      ),
    ended: (seconds = 60) => within(seconds, `it did not end within ${seconds} s`, () => launched.ended),
  };
}

async function within<T>(seconds: number, problem: string, action: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(problem)), seconds * 1000);
  });
  try {
    return await Promise.race([action(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a?.slice(0, 500)} rather than ${b?.slice(0, 500)}`);
}
