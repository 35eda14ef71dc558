import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { graphErrors } from "../errors/tables/graph-errors.js";
import { defineFlow } from "../flow/define-flow.js";
import { FlowSpec } from "../flow/flow-spec.js";
import { step } from "../flow/step.js";
import { attachDecorator } from "../flow/step-metadata.js";
import { parallelDecorator } from "../testing/compiled-flow.js";
import { buildGraph } from "./build-graph.js";

/** Stands for the decorator of a plugin. */
function parallel(_method: unknown, context: ClassMethodDecoratorContext): void {
  attachDecorator(
    context,
    { name: "parallel", attributes: {}, staticallyDefined: true, insertedBy: null },
    parallelDecorator,
  );
}

/** The codes that the graph of a flow raises, given the body of its class as a user writes it. */
function codesOf(body: string): readonly string[] {
  const { code } = transformSync(`class TrainFlow extends FlowSpec {\n${body}\n}\nreturn TrainFlow;`, {
    loader: "ts",
    target: "node22",
  });
  const flow = new Function("FlowSpec", "step", "parallel", code)(FlowSpec, step, parallel);
  return buildGraph(defineFlow(flow), null).problems.map((problem) => problem.code);
}

describe.each(Object.keys(graphErrors))("%s", (key) => {
  const page = readFileSync(new URL(`../../../../docs/errors/MF_${key}.md`, import.meta.url), "utf8");
  const [why = "", todo = ""] = page.split("## What to do");
  const example = (text: string) => text.split("```ts\n")[1]?.split("```")[0];

  test("the page is about this code", () => {
    expect(page.startsWith(`# MF_${key}\n\n> `)).toBe(true);
    expect(page).toContain("## Why");
    expect(todo).not.toBe("");
  });

  test("its first example fails with this code alone, its second one is fine", () => {
    const [wrong, right] = [example(why), example(todo)];
    if (wrong !== undefined) expect(new Set(codesOf(wrong))).toEqual(new Set([`MF_${key}`]));
    if (right !== undefined) expect(codesOf(right)).toEqual([]);
  });
});
