/** Step decorators of all kinds as a flow's author writes them, and flows that have them. */
import { IMPORTS } from "./flow-run.js";

/** What stands in `decorators.ts`. */
export const decorators = `
import { stepDecorator } from "@metaflow-ts/core";
import { defineStepDecorator } from "@metaflow-ts/core/plugin";

/** Takes whatever stands in \`known\`, and completes it. */
const schema = (known: Record<string, unknown>) => ({
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (value: unknown) => {
      const unknown = Object.keys(value as object).filter((key) => !(key in known));
      if (unknown.length > 0) return { issues: unknown.map((key) => ({ message: "there is no such option", path: [key] })) };
      return { value: { ...known, ...(value as object) } as Record<string, unknown> };
    },
  },
});
const any = schema({});

const note = (task: { instance: Record<string, unknown> }, text: string) => {
  task.instance.trace = [...((task.instance.trace as string[] | undefined) ?? []), text];
};

export const around = stepDecorator(
  async function* around(task, { name }: { name?: number }) {
    note(task, "pre " + name);
    yield;
    note(task, "post " + name);
  },
);
const numbered = (name: string) => stepDecorator(async function* (task) {
  note(task, "pre " + name);
  yield;
  note(task, "post " + name);
}, { name: "around" + name });
export const [one, two, three] = [numbered("1"), numbered("2"), numbered("3")];

export const skip = stepDecorator(async function* skip(task) {
  Object.assign(task.instance, { items: ["x", "y"], skipped: true });
});

export const swallow = stepDecorator(async function* swallow(task) {
  try {
    yield;
  } catch (error) {
    task.instance.problem = (error as Error).message;
  }
});

export const replace = stepDecorator(async function* replace(task) {
  task.instance.total = (task.inputs as readonly { item: string }[]).map(({ item }) => item).join("+");
});

export const project = defineStepDecorator({
  name: "project", contract: 1, options: schema({ name: "none" }),
  async wrap({ name }, task, proceed) {
    task.setCurrent({ projectName: name } as object);
    await proceed();
  },
});

export const forger = defineStepDecorator({
  name: "forger", contract: 1, options: schema({}),
  async wrap(_, task, proceed) {
    task.setCurrent({ added: true, runId: "another" } as object);
    await proceed();
  },
});

export const region = defineStepDecorator({
  name: "region", contract: 1, options: schema({ at: "nowhere" }),
  policy: () => ({ environment: { FIXED: "by policy" } }),
  prepare: async ({ at }, { step, attempt }) => ({ environment: { REGION: [at, step, attempt].join(" ") } }),
});

export const again = defineStepDecorator({
  name: "again", contract: 1, options: schema({ times: 1 }),
  policy: ({ times }) => ({
    retry: { times: times as number, platformTimes: 0, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 },
  }),
});

export const rescue = defineStepDecorator({
  name: "rescue", contract: 1, options: any,
  check: (_, { step }) => (step.type === "split-foreach" ? "it is a foreach split" : null),
  conflictsWith: ["broken"],
  policy: () => ({ fallback: true }),
  fallback: (_, { instance }, failure) => void (instance.problem = failure.code + " after " + failure.message.length),
});

export const limit = defineStepDecorator({
  name: "limit", contract: 1, options: any, policy: () => ({ timeLimitMs: 1500 }),
});

const fails = () => { throw new RangeError("oops"); };
export const broken = defineStepDecorator({ name: "broken", contract: 1, options: any, wrap: fails });
export const unready = defineStepDecorator({ name: "unready", contract: 1, options: any, prepare: fails });
export const helpless = defineStepDecorator({
  name: "helpless", contract: 1, options: any, policy: () => ({ fallback: true }), fallback: fails,
});
`;

/** Lets `--with` name them. */
export const config = `
import { defineConfig } from "@metaflow-ts/core/plugin";
import * as own from "./decorators.ts";
export default defineConfig({
  decorators: [own.around, own.again, own.rescue, own.broken, own.unready, own.region].map(({ definition }) => definition as never),
});
`;

/** Has about all of them, each on a step of its own. */
export const allFlow = `${IMPORTS}
import { one, two, three, skip, swallow, replace, project, region, again, rescue } from "./decorators.ts";
const regionAtTop = process.env.REGION ?? null;

export default class AllFlow extends FlowSpec {
  trace: string[] = [];
  items!: string[];
  item!: string;
  total!: string;
  here!: boolean;
  seen!: unknown;

  @three @two @one @step start() { this.trace.push("start"); this.next(this.split); }
  @skip @step split() { this.items = []; this.next(this.work, { foreach: this.items }); }
  @again({ times: 2 })
  @step work(item: string) {
    if (current.retryCount < 2) throw new Error("not yet");
    this.item = item + current.retryCount;
    this.next(this.join);
  }
  @replace @step join(inputs: Inputs<AllFlow>) { this.total = "never"; this.next(this.fail); }
  @swallow @step fail() { this.here = true; throw new Error("failed"); this.next(this.die); }
  @rescue @again @step die() { process.exit(7); this.next(this.about); }
  @project({ name: "moon" }) @region({ at: "eu" }) @step about() {
    this.seen = [(current as unknown as { projectName: string }).projectName, regionAtTop, process.env.FIXED];
    this.next(this.end);
  }
  @step end() {
    this.seen = [(current as unknown as { projectName: string }).projectName, regionAtTop, process.env.FIXED];
  }
}
`;

/** Has one, on its first step. */
export const plainFlow = `${IMPORTS}
import { again } from "./decorators.ts";

export default class PlainFlow extends FlowSpec {
  items!: number[];
  @again({ times: 3 }) @step start() { this.items = [1]; this.next(this.body, { foreach: this.items }); }
  @step body() { this.next(this.join); }
  @step join(inputs: Inputs<PlainFlow>) { this.next(this.end); }
  @step end() {}
}
`;
