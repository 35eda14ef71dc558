/** What decorators may say about the transition of a step that they skip, replace or follow. */
import { describe, expect, it } from "vitest";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { decorated, decorator } from "../testing/decorated-flow.js";
import { inProcess } from "../testing/in-process-run.js";

/** A foreach, a switch and a plain transition; each of their steps assigns what it leads to. */
const BODY = `
  other = ["x", "y", "z"];
  start() { this.list = [1, 2]; this.next(this.item, { foreach: this.list }); }
  item(item) { this.seen = item; this.next(this.join); }
  join(inputs) { this.seen = inputs.map(({ seen }) => seen); this.verdict = "left"; this.next({ left: this.left, right: this.right }, { condition: this.verdict }); }
  left() { this.way = "left"; this.next(this.end); }
  right() { this.way = "right"; this.next(this.end); }
  end() {}`;

type Wrap = NonNullable<StepDecorator["wrap"]>;

async function outcome(step: string, wrap: Wrap): Promise<Record<string, unknown>> {
  const { definition } = compiledFlow(BODY);
  const around = decorator("around", { wrap });
  const flow = inProcess(decorated(definition, (name) => (name === step ? [around] : [])));
  const { runId, failure } = await flow.run();
  if (failure !== null) return { code: failure.error.code, message: failure.error.message };
  return { ...(await flow.artifacts(runId)).get("end/0") };
}

describe("a skipped step", () => {
  it("with nothing takes its own transition", async () => {
    const wrap: Wrap = (_, { instance }) => {
      instance.list = [7];
      return {};
    };
    expect(await outcome("start", wrap)).toMatchObject({ seen: [7] });
  });

  it("takes the list that is named, or given", async () => {
    expect(await outcome("start", () => ({ foreach: "other" }))).toMatchObject({ seen: ["x", "y", "z"] });
    expect(await outcome("start", async () => ({ foreach: new Set(["a"]) }))).toMatchObject({ seen: ["a"] });
  });

  it("takes the case that is given", async () => {
    expect(await outcome("join", () => ({ condition: "right" }))).toMatchObject({ way: "right" });
  });
});

describe("a step that ran", () => {
  it("is led elsewhere by what its decorator returns", async () => {
    const wrap: Wrap = async (_, _task, proceed) => {
      await proceed();
      return { foreach: ["after"] };
    };
    expect(await outcome("start", wrap)).toMatchObject({ seen: ["after"], way: "left" });
  });
});

describe("a replacement", () => {
  it("gets the instance and what the step takes; what it assigns is kept", async () => {
    const wrap: Wrap = (_, _task, proceed) =>
      proceed((flow, item) => {
        flow.seen = `replaced ${String(item)}`;
      });
    expect(await outcome("item", wrap)).toMatchObject({ seen: ["replaced 1", "replaced 2"] });
  });

  it("chooses the transition by what it returns, or by its own this.next", async () => {
    const returning: Wrap = (_, _task, proceed) =>
      proceed((_flow, inputs) => ({ condition: (inputs as readonly unknown[]).length === 2 ? "right" : "left" }));
    expect(await outcome("join", returning)).toMatchObject({ way: "right" });
    const calling: Wrap = (_, _task, proceed) =>
      proceed((flow) => {
        const { next, left, right } = flow as Record<string, (...args: readonly unknown[]) => void>;
        next?.call(flow, { left, right }, { condition: "right" });
      });
    expect(await outcome("join", calling)).toMatchObject({ way: "right" });
  });

  it("stands for the decorators further inside, too, and fails as the step would", async () => {
    const { definition } = compiledFlow(`start() { this.next(this.end); } end() {}`);
    const calls: string[] = [];
    const outer = decorator("outer", {
      wrap: (_, _task, proceed) =>
        proceed(() => {
          throw new RangeError("replaced");
        }),
    });
    const inner = decorator("inner", { wrap: () => void calls.push("inner") });
    const flow = inProcess(decorated(definition, (step) => (step === "start" ? [outer, inner] : [])));
    const { failure } = await flow.run();
    expect(failure?.error).toMatchObject({ code: null, type: "RangeError", message: "replaced" });
    expect(calls).toEqual([]);
  });
});

describe("what the graph does not have is refused, with the decorator's name", () => {
  it.each([
    ["left", { foreach: [1] }, "it gives 'foreach'. It takes no arguments"],
    ["start", { condition: "left" }, "it gives 'condition'. It takes { foreach }"],
    ["join", { target: "end" }, "it gives 'target'. It takes { condition }"],
    ["join", { condition: "left", foreach: [1] }, "it gives 'foreach'"],
    ["start", { foreach: "nowhere" }, "there is no artifact 'nowhere'"],
    ["start", 3, "arguments are an object"],
  ])("%s %o", async (step, given, problem) => {
    const { code, message } = await outcome(step, (() => given) as unknown as Wrap);
    expect(code).toBe("MF_NEXT_ARGUMENTS_REFUSED");
    expect(message).toContain(`Decorator 'around' cannot change the transition of step '${step}'`);
    expect(message).toContain(problem);
  });

  it("a case that there is not, and a list of nothing, as if the step had said so", async () => {
    expect(await outcome("join", () => ({ condition: "up" }))).toMatchObject({ code: "MF_SWITCH_NO_CASE" });
    expect(await outcome("start", () => ({ foreach: [] }))).toMatchObject({ code: "MF_FOREACH_EMPTY" });
  });
});

describe("metadata", () => {
  const metadataOf = async (values: unknown) => {
    const { definition } = compiledFlow(`start() {}`);
    const noting = decorator("noting", {
      async wrap(_, task, proceed) {
        task.setMetadata({ first: 1 });
        await proceed();
        task.setMetadata(values as Record<string, unknown>);
      },
    });
    const flow = inProcess(decorated(definition, () => [noting]));
    const { runId, failure } = await flow.run();
    const record = failure === null ? (await flow.records(runId)).get("start/0") : null;
    return { metadata: record?.metadata, failure: failure?.error };
  };

  it("is kept with the record, a copy of it", async () => {
    const list = [1];
    const { metadata } = await metadataOf({ node: { list } });
    list.push(2);
    expect(metadata).toEqual({ first: 1, node: { list: [1] } });
  });

  it.each([
    [{ when: new Date() }, "'when' has to be JSON data"],
    [{ text: "x".repeat(20_000) }, "16384 are the most"],
  ])("is small JSON data", async (values, problem) => {
    const { failure } = await metadataOf(values);
    expect(failure).toMatchObject({ code: "MF_DECORATOR_FAILED", message: expect.stringContaining(problem) });
  });
});
