import { isDeepStrictEqual } from "node:util";
import type { StepPolicy } from "../../contracts/step-policy.js";
import { checkedPolicy, reasonAgainst } from "../../decorators/ask-decorator.js";
import { collectFiles } from "../../decorators/collect-files.js";
import { checkGraph } from "../../graph/check-graph.js";
import { compiledFlow } from "../compiled-flow.js";
import { attachments, ensure, type RuleBody, type TestedStepDecorator } from "./rule.js";

/** A flow with a step of each kind. */
const EVERY_KIND = `
  start() { this.next(this.one, this.two); }
  one() { this.next(this.both); }
  two() { this.next(this.both); }
  both(inputs) { this.list = [1]; this.next(this.item, { foreach: this.list }); }
  item(item) { this.next(this.joined); }
  joined(inputs) { this.way = "a"; this.next({ a: this.left, b: this.right }, { condition: this.way }); }
  left() { this.next(this.many, { numParallel: 2 }); }
  many() { this.next(this.gathered); }
  gathered(inputs) { this.next(this.right); }
  right() { this.next(this.end); }
  end() {}`;

const POLICY: readonly (keyof StepPolicy)[] = ["retry", "timeLimitMs", "fallback", "backend", "environment"];

/** What a decorator answers when the graph is made. */
export const graphRules: readonly RuleBody[] = [
  {
    name: "its check answers text or null, at once, for steps of every kind",
    check: (tested) => void answers(tested),
  },
  {
    name: "its check has nothing against some step",
    check: (tested) => ensure(answers(tested).includes(null), "it refuses every step of a flow"),
  },
  {
    name: "its policy is data that backends know, at once",
    check(tested) {
      for (const policy of policies(tested)) {
        const unknown = Object.keys(policy).filter((key) => !POLICY.includes(key as keyof StepPolicy));
        ensure(unknown.length === 0, `nobody knows ${unknown.join(", ")} of its policy`);
      }
    },
  },
  {
    name: "its policy is the same whenever it is asked for",
    check(tested) {
      ensure(isDeepStrictEqual(policies(tested), policies(tested)), "the second answer was another");
    },
  },
  {
    name: "it has a fallback where its policy says so, and only there",
    check(tested) {
      const says = policies(tested).some(({ fallback }) => fallback === true);
      const has = tested.decorator.fallback !== undefined;
      ensure(says === has, has ? "its fallback is never called" : "its policy asks for a fallback that it lacks");
    },
  },
  {
    name: "its files have names within the code package",
    async check(tested) {
      const graph = graphOfEveryKind();
      for (const attachment of attachments(tested)) {
        const attached = new Map(Object.keys(graph.steps).map((step) => [step, [attachment]]));
        await collectFiles({ graph, attachments: attached, notices: [], flowAttachments: [] });
      }
    },
  },
];

function graphOfEveryKind() {
  const { definition } = compiledFlow(EVERY_KIND, { parallel: ["many"] });
  return checkGraph(definition, null);
}

function answers(tested: TestedStepDecorator): readonly (string | null)[] {
  const graph = graphOfEveryKind();
  return attachments(tested).flatMap(({ data, definition }) =>
    Object.values(graph.steps).map((step) => reasonAgainst(definition, data.attributes, { step, graph })),
  );
}

function policies(tested: TestedStepDecorator): readonly StepPolicy[] {
  return attachments(tested).map(({ data, definition }) => checkedPolicy(definition, data.attributes, "train"));
}
