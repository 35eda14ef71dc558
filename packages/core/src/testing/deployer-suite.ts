import { describe, it } from "vitest";
import type { CompiledFlow, Deployer } from "../contracts/deployer.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import { compileFlow } from "../deploy/compile-flow.js";
import { deployProblems } from "../deploy/deploy-problems.js";
import { checkSchema } from "../util/check-schema.js";
import { foreachGraph, linearGraph, loopGraph } from "./example-graphs.js";

export interface DeployerSuiteOptions {
  /** As `metaflow.config.ts` would give them. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Rejects where the files are none that the engine takes. */
  readonly validate?: (compiled: CompiledFlow) => void | Promise<void>;
}

/** One promise of the deployer contract. */
export interface DeployerRule {
  readonly name: string;
  /** Rejects where the deployer breaks the promise. */
  check(): Promise<void>;
}

/** Every promise of the deployer contract, as functions that any test runner can call. */
export function deployerRules(deployer: Deployer, options: DeployerSuiteOptions = {}): readonly DeployerRule[] {
  const lab = labOf(deployer, options);
  return Object.entries(rules).map(([name, check]) => ({ name, check: () => check(lab) }));
}

/** Runs every rule as a Vitest test. */
export function deployerSuite(name: string, deployer: Deployer, options: DeployerSuiteOptions = {}): void {
  describe(`deployer contract: ${name}`, () => {
    for (const rule of deployerRules(deployer, options)) it(rule.name, () => rule.check());
  });
}

interface Lab {
  readonly deployer: Deployer;
  readonly validate: (compiled: CompiledFlow) => void | Promise<void>;
  problems(graph: FlowGraph): readonly string[];
  compile(graph: FlowGraph, changes?: { readonly file?: string; readonly cwd?: string }): Promise<CompiledFlow>;
}

function labOf(deployer: Deployer, { options = {}, validate = () => {} }: DeployerSuiteOptions): Lab {
  const checked = (): unknown => {
    if (deployer.options === undefined) return {};
    const result = checkSchema(deployer.options, options);
    if ("problems" in result) throw new Error(`its options are refused: ${result.problems.join("; ")}`);
    return result.value;
  };
  return {
    deployer,
    validate,
    problems: (graph) => deployProblems(deployer, graph, checked()),
    compile: (graph, { file = "example.ts", cwd = "/project" } = {}) =>
      compileFlow(deployer, {
        ...{ graph, cwd, file, parameters: {}, program: ["node", "metaflow"], options: checked() },
        datastore: { name: "local", root: "/root" },
      }),
  };
}

const rules: Readonly<Record<string, (lab: Lab) => Promise<void>>> = {
  async "its name and capabilities make sense"({ deployer: { name, capabilities } }) {
    ensure(/^[A-Za-z][\w-]*$/.test(name), `'${name}' is no word`);
    const { foreach, switches, loops, gangs, flowDecorators, backends } = capabilities;
    ensure(
      [foreach, switches, loops, gangs].every((each) => typeof each === "boolean"),
      "a capability is no boolean",
    );
    ensure(Array.isArray(flowDecorators) && Array.isArray(backends), "a capability is no list");
  },
  async "a flow is files, with paths of their own within a folder"({ compile }) {
    ensure((await compile(linearGraph())).files.length > 0, "there are no files");
  },
  async "what it compiles is what its engine takes"({ compile, validate, problems }) {
    for (const graph of [linearGraph(), foreachGraph(), loopGraph()].filter((each) => problems(each).length === 0)) {
      await validate(await compile(graph));
    }
  },
  async "the same flow gives the same files"({ compile }) {
    const [first, second] = [await compile(linearGraph()), await compile(linearGraph())];
    ensure(JSON.stringify(first) === JSON.stringify(second), "they differ");
  },
  async "the graph is not changed"({ compile }) {
    const graph = linearGraph();
    await compile(frozen(graph));
    ensure(JSON.stringify(graph) === JSON.stringify(linearGraph()), "it is another one than before");
  },
  async "every flow is compiled or refused before, and compiling does not fail"({ compile, problems }) {
    for (const graph of [linearGraph(), foreachGraph(), loopGraph(), ...decorated()]) {
      if (problems(graph).length === 0) await compile(graph);
    }
  },
  async "names with spaces, quotes and strange characters are no way into anything else"({ compile, validate }) {
    const file = `it's "a" $(flow) \`x\` ü.ts`;
    const compiled = await compile(linearGraph(), { file, cwd: "/a folder/$HOME" });
    await validate(compiled);
    ensure(JSON.stringify(compiled).length > 0, "there are no files");
  },
  async "flows of different shape are told apart"({ compile, problems }) {
    if (problems(foreachGraph()).length > 0) return;
    const [first, second] = [await compile(linearGraph()), await compile(foreachGraph())];
    ensure(JSON.stringify(first) !== JSON.stringify(second), "the files are the same");
  },
};

/** Steps and flows with what an engine may not have. */
function decorated(): readonly FlowGraph[] {
  const attached = (name: string, attributes: Readonly<Record<string, unknown>>) => ({
    ...{ name, attributes, staticallyDefined: true, insertedBy: null },
  });
  const starts: readonly Partial<StepNode>[] = [
    { policy: { retry: { times: 3, platformTimes: 1, delayMs: 1000, factor: 2, maxDelayMs: 10_000, jitter: 0.5 } } },
    { policy: { timeLimitMs: 60_000, fallback: true, environment: { A: "it's\n$HOME" } } },
    { policy: { backend: { name: "acme", options: {} } } },
    { decorators: [attached("resources", { cpu: 2, memory: 4096, gpu: 1 })] },
  ];
  const flows = ["schedule", "trigger", "triggerOnFinish", "exitHook"].map((name) => attached(name, {}));
  return [
    ...starts.map((start) => linearGraph({}, start)),
    ...flows.map((decorator) => linearGraph({ decorators: [decorator] })),
  ];
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
