import { describe, it } from "vitest";
import type { GivenOptions } from "../contracts/decorator-options.js";
import type { EndedRun, FlowDecorator, FlowSite } from "../contracts/flow-decorator.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { attachmentOf, type FlowAttachment, siteOf } from "../decorators/attach-flow-decorators.js";
import { checkDefinition, FLOW_DECORATOR } from "../decorators/check-definition.js";
import { checkGraph } from "../graph/check-graph.js";
import { comparableOption, RESERVED_OPTIONS } from "../params/reserved-options.js";
import { addedFields } from "../runtime/added-fields.js";
import { exitHooksOf } from "../runtime/exit-hooks-of.js";
import { nothingStarted, type StartedRun, withAddition } from "../runtime/started-run.js";
import { checkSchema } from "../util/check-schema.js";
import { capturing } from "./command-context.js";
import { compiledFlow } from "./compiled-flow.js";

/** A flow decorator that is tested. */
export interface TestedFlowDecorator {
  readonly decorator: FlowDecorator;
  /** Options that it takes, as they are written in the source; at least one. */
  readonly options: readonly unknown[];
  /** Options that it refuses. Unknown ones are tried anyway. */
  readonly refused?: readonly unknown[] | undefined;
  /** Values for its command line options, for every start. */
  readonly given?: GivenOptions | undefined;
  /** Of the flow that it is attached to: its parameters, and what its file exports. */
  readonly flow?: Partial<Pick<FlowDefinition, "parameters" | "exports">> | undefined;
}

/** Called once for each rule. */
export type FlowDecoratorFactory = () => TestedFlowDecorator | Promise<TestedFlowDecorator>;

/** One promise of the flow decorator contract. */
export interface FlowDecoratorRule {
  readonly name: string;
  /** Rejects where the decorator breaks the promise. */
  check(): Promise<void>;
}

/** Every promise of the flow decorator contract, as functions that any test runner can call. */
export function flowDecoratorRules(factory: FlowDecoratorFactory): readonly FlowDecoratorRule[] {
  return bodies.map(({ name, check }) => ({ name, check: async () => check(await factory()) }));
}

/**
 * Conformance suite of a flow decorator: call it at the top of a Vitest test file.
 *
 * @example
 * flowDecoratorSuite("team", () => ({ decorator: team.definition, options: [{ name: "growth" }], refused: [{}] }));
 */
export function flowDecoratorSuite(name: string, factory: FlowDecoratorFactory): void {
  describe(`flow decorator contract: ${name}`, () => {
    for (const rule of flowDecoratorRules(factory)) it(rule.name, () => rule.check());
  });
}

interface RuleBody {
  readonly name: string;
  readonly check: (tested: TestedFlowDecorator) => void | Promise<void>;
}

const STATUSES: readonly EndedRun["status"][] = ["successful", "failed", "cancelled"];

const bodies: readonly RuleBody[] = [
  {
    name: "its definition is well made",
    check({ decorator, options }) {
      checkDefinition(decorator, FLOW_DECORATOR);
      ensure(options.length > 0, "give at least one sample of options");
    },
  },
  {
    name: "the options that it takes become data, and functions with names",
    check: (tested) => void attachments(tested),
  },
  {
    name: "options that it does not know, or that are wrong, are refused",
    check({ decorator, options: [sample], refused = [] }) {
      const unknown = { ...(sample as object), anOptionThatNobodyHas: 1 };
      for (const wrong of [unknown, ...refused]) {
        ensure("problems" in checkSchema(decorator.options, wrong), `${JSON.stringify(wrong)} was taken`);
      }
    },
  },
  {
    name: "what is given to it is not changed",
    check({ decorator, options }) {
      for (const given of options) {
        const before = JSON.stringify(given);
        checkSchema(decorator.options, given);
        ensure(JSON.stringify(given) === before, "the options are others than before");
      }
    },
  },
  {
    name: "its check has nothing against a flow that it fits",
    check(tested) {
      for (const attachment of attachments(tested)) {
        const answer: unknown = attachment.definition.check?.(attachment.options, surroundings(tested).site);
        ensure(answer === undefined || answer === null, `it says ${JSON.stringify(answer)}`);
      }
    },
  },
  {
    name: "its command line options can be written, and are nobody else's",
    check({ decorator: { cliOptions = {} } }) {
      for (const [name, { kind, help }] of Object.entries(cliOptions)) {
        ensure(/^[a-z][a-z0-9-]*$/.test(name), `'${name}' is no name of an option`);
        ensure(!RESERVED_OPTIONS.has(comparableOption(name)), `--${name} is metaflow's own`);
        ensure(["text", "flag", "list"].includes(kind), `--${name} is of no kind that there is`);
        ensure(help !== "", `--${name} has no help`);
      }
    },
  },
  {
    name: "what its start gives can be kept in the run's record",
    async check(tested) {
      for (const attachment of attachments(tested)) await startOf(attachment, tested);
    },
  },
  {
    name: "a second start gives the same",
    async check(tested) {
      for (const attachment of attachments(tested)) {
        const [first, second] = [await startOf(attachment, tested), await startOf(attachment, tested)];
        ensure(JSON.stringify(first) === JSON.stringify(second), "the second start gave something else");
      }
    },
  },
  {
    name: "a resumed run has the fields of current that its origin had",
    async check(tested) {
      for (const attachment of attachments(tested)) {
        const { current } = await startOf(attachment, tested);
        const again = await startOf(attachment, tested, { runId: "1", current });
        const [before, after] = [current, again.current].map((fields) =>
          JSON.stringify(Object.keys(fields).toSorted()),
        );
        ensure(before === after, `it had ${before}, and has ${after}`);
      }
    },
  },
  {
    name: "fields of current that it makes in tasks are its own",
    async check(tested) {
      const { datastore, site } = surroundings(tested);
      await addedFields(attachments(tested), { datastore, triggers: [] }, site.graph.flow);
    },
  },
  {
    name: "its exit hooks have names and time limits",
    check(tested) {
      for (const status of STATUSES) hooksOf(tested, status);
    },
  },
  {
    name: "its exit hooks are the same whenever they are asked for",
    check(tested) {
      for (const status of STATUSES) {
        const [first, second] = [hooksOf(tested, status), hooksOf(tested, status)].map((hooks) =>
          JSON.stringify(hooks),
        );
        ensure(first === second, `after a ${status} run it has ${first}, and then ${second}`);
      }
    },
  },
  {
    name: "nothing is written to stdout when a run is started",
    async check(tested) {
      const { written, outcome } = await capturing(async () => {
        for (const attachment of attachments(tested)) await startOf(attachment, tested);
      });
      if (!outcome.ok) throw outcome.error;
      ensure(written === "", `it wrote ${JSON.stringify(written)}`);
    },
  },
];

/** The decorator with each of its samples. */
function attachments({ decorator: definition, options }: TestedFlowDecorator): readonly FlowAttachment[] {
  return options.map((given) => {
    const attributes = given as FlowAttachment["data"]["attributes"];
    const data = { name: definition.name, attributes, staticallyDefined: true, insertedBy: null };
    return attachmentOf({ data, definition }, "TestFlow");
  });
}

function surroundings({ flow }: TestedFlowDecorator): {
  readonly definition: FlowDefinition;
  readonly site: FlowSite;
  readonly datastore: ReturnType<typeof createMemoryDatastore>;
} {
  const definition = { ...compiledFlow("start() { this.next(this.end); }\nend() {}").definition, ...flow };
  return { definition, site: siteOf(checkGraph(definition, null), definition), datastore: createMemoryDatastore() };
}

async function startOf(
  { definition: decorator, options }: FlowAttachment,
  tested: TestedFlowDecorator,
  origin?: { readonly runId: string; readonly current: Readonly<Record<string, unknown>> },
): Promise<StartedRun> {
  const { site, datastore } = surroundings(tested);
  const start = { ...site, datastore, user: "tester", given: tested.given ?? {}, origin };
  const started = (await decorator.start?.(options, start)) ?? {};
  const addition = { decorator: decorator.name, flow: site.graph.flow, parameters: site.parameters, started };
  return withAddition(nothingStarted, addition);
}

function hooksOf(tested: TestedFlowDecorator, status: EndedRun["status"]): unknown {
  const hooks = exitHooksOf(attachments(tested), status, "TestFlow");
  return hooks.map(({ name, timeLimitMs }) => ({ name, timeLimitMs }));
}

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
