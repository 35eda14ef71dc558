import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import type { FlowDecorator } from "../contracts/flow-decorator.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import { defineFlow } from "../flow/define-flow.js";
import { FlowSpec } from "../flow/flow-spec.js";
import { step } from "../flow/step.js";
import { checkGraph } from "../graph/check-graph.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { attachDecorators } from "./attach-decorators.js";
import { attachmentsInRun } from "./attachments-in-run.js";
import { defineFlowDecorator } from "./define-flow-decorator.js";

const options: StandardSchemaV1<Options> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as Options }) },
};

interface Options {
  readonly n?: number;
  readonly hooks?: readonly (string | (() => void))[];
}

const make = (name: string, parts: Partial<FlowDecorator<Options>> = {}) =>
  defineFlowDecorator({ name, contract: 1, options, ...parts });

const plain = make("plain");
const many = make("many", { repeatable: true });
const early = make("early", { order: -1 });

@plain({ n: 1 })
@many({ n: 1 })
@many({ n: 2 })
class Base extends FlowSpec {
  @step start() {
    this.next(this.end);
  }
  @step end() {}
}

@many({ n: 3 })
@many({ n: 4 })
@early
class Derived extends Base {}

function notify(): void {}

/** A flow with the decorators as if they stood in the source, one after the other. */
function flowWith(...decorators: readonly (readonly [FlowDecorator<Options>, Options])[]): FlowDefinition {
  const { definition } = compiledFlow("start() { this.next(this.end); }\nend() {}");
  const declared = decorators.map(([decorator, given]) => ({
    data: { name: decorator.name, attributes: { ...given }, staticallyDefined: true, insertedBy: null },
    definition: decorator as FlowDecorator,
  }));
  return { ...definition, decorators: declared };
}

const attach = (definition: FlowDefinition) =>
  attachDecorators(checkGraph(definition, null), definition, [], new Map());

const attributesOf = (definition: FlowDefinition) =>
  attach(definition).graph.decorators.map(({ name, attributes }) => [name, attributes]);

describe("the decorators of a flow", () => {
  it("are those of its bases, all of a name replaced by its own, in their order", () => {
    expect(attributesOf(defineFlow(Base))).toEqual([
      ["plain", { n: 1 }],
      ["many", { n: 1 }],
      ["many", { n: 2 }],
    ]);
    expect(attributesOf(defineFlow(Derived))).toEqual([
      ["early", {}],
      ["plain", { n: 1 }],
      ["many", { n: 3 }],
      ["many", { n: 4 }],
    ]);
  });

  it("have functions as they are for hooks, and by their names in the graph", () => {
    const seen: unknown[] = [];
    const hooked = make("hooked", {
      check: (given) => {
        seen.push(given.hooks);
        return null;
      },
    });
    const definition = flowWith([hooked.definition, { hooks: [notify, "other"] }]);
    expect(attributesOf(definition)).toEqual([["hooked", { hooks: ["notify", "other"] }]]);
    expect(seen).toEqual([[notify, "other"]]);
  });

  it("refuse a function that no name stands for", () => {
    const definition = flowWith([plain.definition, { hooks: [(() => () => {})()] }]);
    expect(() => attach(definition)).toThrow("hooks.0: it has to be JSON data, and is a function without a name");
  });

  it("are found again in a run's code, whatever their order is", () => {
    const definition = flowWith(
      [many.definition, { hooks: [notify] }],
      [early.definition, { n: 7 }],
      [many.definition, { n: 8 }],
    );
    const { graph } = attach(definition);
    const stored = JSON.parse(JSON.stringify(graph)) as typeof graph;
    expect(attachmentsInRun(stored, definition.decorators, new Map()).map((each) => each.options)).toEqual([
      { n: 7 },
      { hooks: [notify] },
      { n: 8 },
    ]);
  });

  it("are taken from plugins where they do not stand in the source, and are missed where nobody has them", () => {
    const { graph } = attach(flowWith([plain.definition, { n: 1 }]));
    const [data] = graph.decorators;
    const added = { ...graph, decorators: data ? [{ ...data, staticallyDefined: false, insertedBy: "mutator" }] : [] };
    const known = new Map([["plain", plain.definition as FlowDecorator]]);
    expect(attachmentsInRun(added, [], known)).toMatchObject([{ definition: plain.definition, options: { n: 1 } }]);
    expect(() => attachmentsInRun(added, [], new Map())).toThrow("The code of decorator 'plain' of flow TestFlow");
  });

  it("are told with what their check throws", () => {
    const failing = make("failing", {
      check: () => {
        throw new Error("no idea");
      },
    });
    expect(() => attach(flowWith([failing.definition, {}]))).toThrow(
      "Decorator 'failing' of flow TestFlow failed in its check: no idea",
    );
  });
});
