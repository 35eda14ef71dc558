import assert from "node:assert/strict";
import { afterAll, describe, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import type { TaskRecord } from "../contracts/records.js";
import { resultOf, tasksInOrder } from "./detached-run.js";
import { elsewhereConfig } from "./elsewhere-backend.js";
import { type ProxiedRequest, startFaultProxy } from "./fault-proxy.js";
import { type CommandResult, createFlowProject, type FlowProject } from "./flow-project.js";
import { createElsewhere, type Elsewhere } from "./places.js";
import { kindsOf, type SampleFlow, sampleFlows } from "./random-shapes.js";
import { seededPick } from "./seeded-pick.js";

type Variables = Readonly<Record<string, string | undefined>>;

export interface DetachedSuiteOptions {
  /** What `--datastore` takes. */
  readonly datastore: string;
  /** Folders of the packages that a project depends on, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** A root that holds nothing and is used by nobody else. */
  makeRoot(): string | Promise<string>;
  open(root: string): Datastore | Promise<Datastore>;
  /** The URL of a real server of the store; null for one without. */
  readonly endpoint: string | null;
  /** All variables that a place has: by which it reaches the store at a URL, and its credentials. */
  placeEnvironment(endpoint: string): Variables;
  /** How many of the generated flows are run task by task. Default: all 6, which takes minutes. */
  readonly flows?: number;
  /** Requests of a task with one input in a place of its own, where there is an endpoint. */
  readonly requests?: { readonly reads: number; readonly writes: number };
  /** Whether a request changes something. Default: by its method. */
  isWrite?(request: ProxiedRequest): boolean;
}

const FLOW = "GeneratedFlow";
const FLOWS = 6;
const SIZE = { from: 6, to: 9 };
const SEED = 11;
/** How often a task is killed before it is left alone. */
const KILLS = 2;

/**
 * Runs whose tasks each have a process of their own, in a place with nothing but Node, the store's URL and credentials:
 * they leave what a local run leaves, whatever is killed.
 */
export function detachedSuite(name: string, options: DetachedSuiteOptions): void {
  const { endpoint } = options;
  const environment = options.placeEnvironment(endpoint ?? "");
  const flows = sampleFlows(FLOWS, SIZE, SEED);
  const projects: FlowProject[] = [];
  afterAll(() => Promise.all(projects.map((each) => each.remove())));
  const makeProject = async (flow: SampleFlow, files: Readonly<Record<string, string>> = {}): Promise<FlowProject> => {
    const project = await createFlowProject(options.packages, { "flow.ts": flow.source, ...files });
    projects.push(project);
    return project;
  };
  const storeAt = (root: string) => ["--datastore", options.datastore, "--datastore-root", root];
  /** A local run of a flow, and a registered one of which nothing has run. From then on there is no project. */
  const prepare = async (flow: SampleFlow): Promise<Detached> => {
    const root = await options.makeRoot();
    const store = storeAt(root);
    const project = await makeProject(flow);
    const metaflow = (words: readonly string[]) => project.metaflow(words, environment);
    const local = succeeded(await metaflow(["flow.ts", "run", "--json", ...store]));
    succeeded(await metaflow(["flow.ts", "init", "--run-id", "detached", ...store]));
    const elsewhere = await createElsewhere({ run: `${FLOW}/detached`, store, metaflow, environment });
    await project.remove();
    const datastore = await options.open(root);
    const expected = await tasksInOrder(datastore, FLOW, runIdOf(local));
    return { root, store, datastore, expected, elsewhere };
  };

  describe(`detached tasks: ${name}`, { timeout: 600_000 }, () => {
    it("are those of every kind of graph", () => {
      const kinds = new Set(flows.flatMap(({ shape }) => kindsOf(shape.shape)));
      for (const kind of ["branch", "foreach", "parallel", "switch", "loop"]) assert.ok(kinds.has(kind), kind);
    });

    it.each(flows.slice(0, options.flows).map((flow, k) => [k, JSON.stringify(flow.shape.shape), flow] as const))(
      "leave what a local run leaves: flow %i, %s",
      async (k, _shape, flow) => {
        const detached = await prepare(flow);
        for (const wave of detached.expected) {
          const starts = wave.map((task, n) => detached.elsewhere(wordsFor(task, (n + k) % 2 === 0)));
          for (const ended of await Promise.all(starts)) succeeded(ended);
        }
        await sameResults(detached, "detached");
      },
    );

    it("lose nothing when they are killed at any moment", async () => {
      const detached = await prepare(flowWith(flows, "parallel"));
      const pick = seededPick(SEED);
      let longest = 0;
      const until = async (task: TaskRecord): Promise<void> => {
        for (let kill = 0; longest > 0 && kill < KILLS; kill += 1) {
          await detached.elsewhere(wordsFor(task, kill === 0), { killAfter: pick(longest) });
        }
        const startedAt = performance.now();
        succeeded(await detached.elsewhere(wordsFor(task, true)));
        longest = Math.max(longest, performance.now() - startedAt);
      };
      for (const wave of detached.expected) await Promise.all(wave.map(until));
      await sameResults(detached, "detached");
    });

    it("are taken over by a resume from another checkout", async () => {
      const flow = flowWith(flows, "foreach");
      const detached = await prepare(flow);
      const waves = detached.expected.slice(0, -2);
      for (const wave of waves) {
        for (const ended of await Promise.all(wave.map((task) => detached.elsewhere(wordsFor(task, true)))))
          succeeded(ended);
      }
      const [next] = detached.expected[waves.length] ?? [];
      if (next !== undefined) await detached.elsewhere(wordsFor(next, true), { killAfter: 150 });
      const checkout = await makeProject(flow);
      const words = ["flow.ts", "resume", "--origin-run-id", "detached", "--json", ...detached.store];
      const resumed = runIdOf(succeeded(await checkout.metaflow(words, environment)));
      const found = await sameResults(detached, resumed);
      const carried = found.filter(({ originPathspec }) => originPathspec !== null).length;
      assert.ok(carried >= waves.flat().length, `${carried} of ${waves.flat().length} finished tasks were taken over`);
    });

    it("are started by a backend that is elsewhere", async () => {
      const flow = flowWith(flows, "parallel");
      const detached = await prepare(flow);
      assert.ok(
        detached.expected.flat().some(({ parallel }) => parallel !== undefined),
        "a gang ran",
      );
      const project = await makeProject(flow, { "metaflow.config.ts": elsewhereConfig });
      const given = { ELSEWHERE_VARIABLES: Object.keys(environment).join(), ELSEWHERE_LOG: `${project.folder}/log` };
      const words = ["flow.ts", "run", "--backend", "elsewhere", "--max-workers", "4", "--json", ...detached.store];
      const run = runIdOf(succeeded(await project.metaflow(words, { ...environment, ...given })));
      await sameResults(detached, run);
    });

    if (endpoint !== null) {
      it("cost few requests", async () => {
        const proxy = await startFaultProxy(endpoint);
        const detached = await prepare(flowWith(flows, "foreach"));
        const env = options.placeEnvironment(proxy.url);
        const [first = assert.fail(), second = assert.fail()] = detached.expected.flat();
        succeeded(await detached.elsewhere(wordsFor(first, true)));
        succeeded(await detached.elsewhere(wordsFor(second, true), { env }));
        await proxy.close();
        const isWrite = options.isWrite ?? (({ method }) => method !== "GET" && method !== "HEAD");
        const writes = proxy.requests.filter(isWrite).length;
        const counted = { reads: proxy.requests.length - writes, writes };
        const seen = proxy.requests.map(({ method, path }) => `${method} ${path}`).join("\n");
        assert.deepEqual(counted, options.requests ?? counted, seen);
      });
    }
  });
}

/** A run that other processes execute. */
interface Detached {
  readonly root: string;
  readonly store: readonly string[];
  readonly datastore: Datastore;
  /** The tasks of a local run of the same flow, in waves. */
  readonly expected: readonly (readonly TaskRecord[])[];
  readonly elsewhere: Elsewhere;
}

/** As an engine may ask for a task: by its id, or as a region of one step. A gang's are started one by one, together. */
function wordsFor({ step, task, parallel }: TaskRecord, asStep: boolean): readonly string[] {
  const run = `${FLOW}/detached`;
  if (parallel !== undefined) return ["step", `${run}/${step}/${task}`, "--gang-start", "engine-1"];
  if (asStep) return ["step", `${run}/${step}/${task}`];
  return ["region", run, step, "--steps", step, ...(task === "0" ? [] : ["--address", task])];
}

/** Compares artifacts by their hashes: they are the same to the byte. */
async function sameResults({ datastore, expected }: Detached, run: string): Promise<readonly TaskRecord[]> {
  const found = (await tasksInOrder(datastore, FLOW, run)).flat();
  assert.deepEqual(found.map(resultOf), expected.flat().map(resultOf));
  return found;
}

/** The smallest one. */
function flowWith(flows: readonly SampleFlow[], kind: string): SampleFlow {
  const size = ({ shape }: SampleFlow) => JSON.stringify(shape).length;
  const found = flows.filter(({ shape }) => kindsOf(shape.shape).includes(kind));
  return found.toSorted((a, b) => size(a) - size(b))[0] ?? assert.fail(`no flow has a ${kind}`);
}

function succeeded(result: CommandResult): CommandResult {
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`);
  return result;
}

function runIdOf({ stdout }: CommandResult): string {
  const { pathspec } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { readonly pathspec: string };
  return pathspec.split("/")[1] ?? assert.fail(pathspec);
}
