/** A flow with every kind of transition, in which each step fails in a given way, and what must come of it. */

/** How a step fails; the code of it, in a method of the flow. */
export const FAILURES = {
  throw: `throw new TypeError("thrown", { cause: new RangeError("why") });`,
  exit: "process.exit(3);",
  kill: `process.kill(process.pid, "SIGKILL"); await new Promise((ended) => setTimeout(ended, 60_000));`,
  unstorable: "this.unstorable = () => {};",
  late: `await new Promise((_, fail) => current.signal.addEventListener("abort", () => fail(new Error("asked to end"))));`,
} as const;

export type Failure = keyof typeof FAILURES;

/** What the error of a failed attempt is, by the way it failed: the code, or the type of one without. */
export const ERRORS: Readonly<Record<Failure, string>> = {
  throw: "TypeError",
  exit: "MF_TASK_EXITED",
  kill: "MF_TASK_KILLED",
  unstorable: "MF_ARTIFACT_NOT_STORABLE",
  late: "MF_TASK_TIMED_OUT",
};

export interface ShapeStep {
  readonly name: string;
  /** How often it runs: once for each item and iteration. */
  readonly tasks: number;
  /** What it takes and what it does after its work. */
  readonly takes: "" | "inputs";
  readonly next: string;
  /** Its transition needs what it made, so that its failure cannot be caught. */
  readonly decides: boolean;
  /** Its tasks are one gang: the failure of one ends the others. */
  readonly gang: boolean;
}

const shape = (
  name: string,
  tasks: number,
  next: string,
  { takes = "", decides = false, gang = false } = {},
): ShapeStep => ({
  ...{ name, tasks, next, decides, gang },
  takes: takes === "" ? "" : "inputs",
});

export const STEPS: readonly ShapeStep[] = [
  shape("start", 1, "this.next(this.left, this.body, this.launch);"),
  shape("left", 1, "this.outer = [1, 2]; this.next(this.item, { foreach: this.outer });", { decides: true }),
  shape("item", 2, "this.next(this.fan);"),
  shape("fan", 2, "this.inner = [1, 2]; this.next(this.cell, { foreach: this.inner });", { decides: true }),
  shape("cell", 4, "this.next(this.cells);"),
  shape("cells", 2, "this.next(this.items);", { takes: "inputs" }),
  shape("items", 1, "this.next(this.meet);", { takes: "inputs" }),
  shape("body", 2, "this.next(this.round);"),
  shape(
    "round",
    2,
    `this.rounds += 1; this.turn = this.rounds < 2 ? "again" : "done";
    this.next({ again: this.body, done: this.choose }, { condition: this.turn });`,
    { decides: true },
  ),
  shape("choose", 1, `this.side = "a"; this.next({ a: this.case_a, b: this.case_b }, { condition: this.side });`, {
    decides: true,
  }),
  shape("case_a", 1, "this.next(this.meet);"),
  shape("case_b", 0, "this.next(this.meet);"),
  shape("launch", 1, "this.nodes = 3; this.next(this.node, { numParallel: this.nodes });", { decides: true }),
  shape("node", 3, "this.next(this.landed);", { gang: true }),
  shape("landed", 1, "this.next(this.meet);", { takes: "inputs" }),
  shape("meet", 1, "this.next(this.end);", { takes: "inputs" }),
  shape("end", 1, ""),
];

/** What is tried on every step of the flow at once. */
export interface Trial {
  /** Decorators in the order of the source, with `STEP` for the step's name. */
  readonly decorators: readonly string[];
  readonly failure: Failure;
  /** How many attempts of each step fail. */
  readonly failing: number;
}

/** What must come of each task of a step. */
export interface Expected {
  readonly failedAttempts: number;
  readonly caught: boolean;
}

/** Decorators of a step: where its failure cannot be caught, it is not asked for. */
function decoratorsOf({ decorators }: Trial, { name, decides, gang }: ShapeStep): readonly string[] {
  return [...decorators, ...(gang ? ["@parallel"] : [])]
    .filter((text) => !decides || !text.startsWith("@catch"))
    .map((text) => text.replaceAll("STEP", name));
}

/** What a step's decorators make of its failures; `times` is what `@retry` of the trials allows. */
export function expectedOf(trial: Trial, step: ShapeStep, times: number): Expected {
  const own = decoratorsOf(trial, step);
  const retries = own.some((text) => text.startsWith("@retry")) ? times : 0;
  const catches = own.some((text) => text.startsWith("@catch"));
  const failedAttempts = Math.min(failuresOf(trial, step, times), retries + 1);
  return { failedAttempts, caught: catches && failedAttempts > retries };
}

/** A step that nothing catches fails no more often than it is tried again. */
function failuresOf(trial: Trial, step: ShapeStep, times: number): number {
  const own = decoratorsOf(trial, step);
  if (own.some((text) => text.startsWith("@catch"))) return trial.failing;
  return own.some((text) => text.startsWith("@retry")) ? Math.min(trial.failing, times) : 0;
}

/** What the flow has besides: above its class, and at the begin of each step, with `STEP` for the step's name. */
export interface FlowExtras {
  readonly above: string;
  readonly inStep: string;
}

export function sourceOf(
  trial: Trial,
  times: number,
  { above, inStep }: FlowExtras = { above: "", inStep: "" },
): string {
  const methods = STEPS.map((step) => {
    const parameter = step.takes === "inputs" ? "inputs: Inputs<TestFlow>" : "";
    return `
  ${decoratorsOf(trial, step).join(" ")} @step async ${step.name}(${parameter}) {
    console.log(\`attempt \${current.retryCount} of ${step.name}\`);
    ${inStep.replaceAll("STEP", step.name)}
    this.made_${step.name} = { attempt: current.retryCount, variable: process.env.TRIED, early, token: process.env.MATRIX_TOKEN?.length };
    if (process.env.MATRIX_TOKEN) console.error(process.env.MATRIX_TOKEN);
    if (current.retryCount < ${failuresOf(trial, step, times)}) { ${FAILURES[trial.failure]} }
    ${step.next}
  }`;
  });
  const fields = STEPS.map(({ name }) => `made_${name}!: object; failure_${name}!: CaughtError | null;`);
  return `const early = process.env.TRIED;
${above}
export default class TestFlow extends FlowSpec {
  outer!: number[]; inner!: number[]; nodes!: number; rounds = 0; turn!: "again" | "done"; side!: "a" | "b"; unstorable!: unknown;
  ${fields.join("\n  ")}
${methods.join("\n")}
}
`;
}
