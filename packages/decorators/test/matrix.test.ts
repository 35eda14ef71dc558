/** Every decorator, alone and with others, on every kind of step at once, for every way in which a step can fail. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Task } from "@metaflow-ts/core/client";
import { describe, expect, it } from "vitest";
import {
  ERRORS,
  type Expected,
  expectedOf,
  FAILURES,
  type Failure,
  type ShapeStep,
  STEPS,
  sourceOf,
  type Trial,
} from "./every-shape.js";
import { flowFolder, valuesOf } from "./flow-folder.js";

const TIMES = 1;
const RETRY = `@retry({ times: ${TIMES}, delay: "5ms" })`;
const CATCH = `@catchError({ var: "failure_STEP" })`;
const ENVIRONMENT = `@environment({ vars: { TRIED: "STEP" } })`;
const RESOURCES = `@resources({ cpu: 2, memory: "1Gi" })`;
const TOKEN = "token-of-the-matrix";
const SECRETS = `@secrets({ sources: ["env-file.matrix.env"] })`;
/** Far away, unless a step is to be too late: a machine that is busy takes its time. */
const TIMEOUT = "@timeout({ seconds: 120 })";
const SOON = "@timeout({ seconds: 1.5 })";

const EACH = [RETRY, CATCH, ENVIRONMENT, SECRETS, RESOURCES, TIMEOUT];

/** Each alone, every two of them, half of these the other way around, and all. */
const SETS: readonly (readonly string[])[] = [
  ...EACH.map((each) => [each]),
  ...EACH.flatMap((a, i) => EACH.slice(i + 1).map((b, k) => ((i + k) % 2 === 0 ? [a, b] : [b, a]))),
  [TIMEOUT, RESOURCES, CATCH, SECRETS, ENVIRONMENT, RETRY],
];

/** All that makes sense: nothing fails that nobody handles, and only a time limit ends what waits for it. */
function trials(sets: readonly (readonly string[])[], failures: readonly Failure[]): readonly Trial[] {
  return sets.flatMap((decorators): readonly Trial[] => {
    const handles = (name: string): boolean => decorators.some((text) => text.startsWith(name));
    if (!handles("@retry") && !handles("@catch")) return [{ decorators, failure: "throw", failing: 0 }];
    const counts = handles("@retry") && handles("@catch") ? [TIMES, TIMES + 1] : [1];
    return failures
      .filter((failure) => failure !== "late" || handles("@timeout"))
      .flatMap((failure) => {
        const limited = decorators.map((each) => (each === TIMEOUT && failure === "late" ? SOON : each));
        return counts.map((failing) => ({ decorators: limited, failure, failing }));
      });
  });
}

const name = ({ decorators, failure, failing }: Trial): string =>
  `${decorators.map((text) => text.replace(/\(.*/, "")).join(" ")}: ${failing === 0 ? "no failure" : `${failing} × ${failure}`}`;

async function check(trial: Trial, words: readonly string[]): Promise<void> {
  const folder = await flowFolder(sourceOf(trial, TIMES));
  await writeFile(join(folder.path, "matrix.env"), `MATRIX_TOKEN=${TOKEN}\n`);
  const { code, stdout, stderr, run } = await folder.run(...words);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout + stderr).not.toContain(TOKEN);
  for (const step of STEPS) {
    const tasks = step.tasks === 0 ? [] : await (await run.step(step.name)).tasks().all();
    expect(tasks.length, step.name).toBe(step.tasks);
    const expected = expectedOf(trial, step, TIMES);
    if (step.gang) await checkFailures(trial, tasks);
    for (const task of tasks) await checkTask(trial, step, task, expected);
  }
}

/** What ends a task of a gang because of another's failure. */
const FOLLOWED = ["MF_TASK_STOPPED", "MF_PARALLEL_TASK_FAILED"];

/** In each failed attempt at a gang one of its tasks failed by itself at least, and the others with it. */
async function checkFailures(trial: Trial, tasks: readonly Task[]): Promise<void> {
  const errors = await Promise.all(
    tasks.map(async (task) => (await task.attempts()).map(({ error }) => error && (error.code ?? error.type))),
  );
  for (const [attempt] of errors[0]?.entries() ?? []) {
    const together = errors.map((each) => each[attempt]).filter((error) => error !== null);
    if (together.length === 0) continue;
    expect(together.length).toBe(tasks.length);
    expect(together).toContain(ERRORS[trial.failure]);
    for (const error of together) expect([ERRORS[trial.failure], ...FOLLOWED]).toContain(error);
  }
}

async function checkTask(trial: Trial, { name: step, gang }: ShapeStep, task: Task, expected: Expected): Promise<void> {
  const { failedAttempts, caught } = expected;
  const attempts = await task.attempts();
  expect(attempts.map(({ status }) => status)).toEqual([...Array(failedAttempts).fill("failed"), "successful"]);
  for (const attempt of attempts.slice(0, failedAttempts)) {
    if (gang) continue;
    expect(attempt.error?.code ?? attempt.error?.type).toBe(ERRORS[trial.failure]);
    expect(await attempt.logs.stdout()).toBe(`attempt ${attempt.currentAttempt} of ${step}\n`);
  }
  const values = await valuesOf(task);
  const has = (decorator: string): boolean => trial.decorators.some((text) => text.startsWith(decorator));
  if (caught) {
    expect(Object.keys(values)).not.toContain(`made_${step}`);
    const failure = values[`failure_${step}`] as Record<string, unknown>;
    const own = ERRORS[trial.failure];
    expect(gang ? [own, ...FOLLOWED] : [own]).toContain(failure.code ?? failure.type);
    if (trial.failure === "throw" && !gang) expect(failure.cause).toMatchObject({ type: "RangeError", message: "why" });
    expect(await task.logs.stdout()).toBe("");
    expect(await task.logs.stderr()).toContain(`Caught the failure of '${step}'`);
  } else {
    const variable = has("@environment") ? step : undefined;
    const token = has("@secrets") ? TOKEN.length : undefined;
    expect(values[`made_${step}`]).toEqual({ attempt: failedAttempts, variable, early: variable, token });
    if (token !== undefined) expect(await task.logs.stderr()).toContain("***\n");
  }
}

const ALL = Object.keys(FAILURES) as Failure[];
const FULL = SETS.slice(-1);

const named = (all: readonly Trial[]): readonly (readonly [string, Trial])[] =>
  all.map((trial) => [name(trial), trial]);

describe.concurrent("in workers", () => {
  it.each(named(trials(SETS.slice(0, -1), ["throw"])))("%s", (_, trial) => check(trial, []));
  it.each(named(trials(FULL, ALL)))("%s", (_, trial) => check(trial, []));
});

describe("in processes of their own", () => {
  it.each(named(trials(FULL, ["throw", "kill"])))("%s", (_, trial) => check(trial, ["--isolation", "process"]));
});
