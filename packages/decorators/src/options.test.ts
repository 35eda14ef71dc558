import { describe, expect, it } from "vitest";
import { checked, completed } from "../test/checked-options.js";
import { catch_, catchError, environment, parallel, plugin, resources, retry, timeout } from "./index.js";

describe("retry", () => {
  const { definition } = retry;
  const policyOf = (given: unknown) => definition.policy?.(completed(definition, given)).retry;

  it("has three attempts more, at once", () => {
    const expected = { times: 3, platformTimes: 3, delayMs: 0, factor: 1, maxDelayMs: 3_600_000, jitter: 0 };
    expect(policyOf({})).toEqual(expected);
  });

  it("counts failures of the place apart, and as many where nothing is said", () => {
    expect(policyOf({ times: 0 })).toMatchObject({ times: 0, platformTimes: 0 });
    expect(policyOf({ times: 1, platformTimes: 7 })).toMatchObject({ times: 1, platformTimes: 7 });
  });

  it.each([
    [{ delay: 2 }, 2000],
    [{ delay: "500ms" }, 500],
    [{ delay: "30s" }, 30_000],
    [{ delay: "1.5m" }, 90_000],
    [{ delay: "2h" }, 7_200_000],
    [{ minutesBetween: 2 }, 120_000],
  ])("%j is a delay of %i ms", (given, delayMs) => {
    const policy = policyOf(given);
    expect(policy?.delayMs).toBe(delayMs);
    expect(policy?.maxDelayMs).toBeGreaterThanOrEqual(delayMs);
  });

  it.each([
    [{ times: -1 }, ["times: must be a whole number from 0, not -1"]],
    [{ times: 1.5 }, ["times: must be a whole number from 0, not 1.5"]],
    [{ times: "x" }, ['times: must be a whole number from 0, not "x"']],
    [{ delay: "soon" }, [`delay: must be seconds or a duration such as '30s' or '2m', of at most 24 days, not "soon"`]],
    [{ delay: "25d" }, [`delay: must be seconds or a duration such as '30s' or '2m', of at most 24 days, not "25d"`]],
    [{ factor: 0.5 }, ["factor: must be a number from 1, not 0.5"]],
    [{ jitter: 2 }, ["jitter: must be a number from 0 to 1, not 2"]],
    [{ delay: 1, minutesBetween: 1 }, ["minutesBetween: says the same as 'delay'; give one of them"]],
    [
      { time: 1 },
      [
        "time: there is no such option; there are times, platformTimes, delay, minutesBetween, factor, maxDelay, jitter",
      ],
    ],
    [7, ["the options must be an object, not 7"]],
    [{ times: -1, jitter: -1 }, expect.objectContaining({ length: 2 })],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("timeout", () => {
  const { definition } = timeout;

  it("takes the sum", () => {
    const given = { seconds: 1.5, minutes: 1, hours: 1 };
    expect(definition.policy?.(completed(definition, given))).toEqual({ timeLimitMs: 3_661_500 });
  });

  it.each([
    [{}, ["give a duration: 'seconds', 'minutes' or 'hours'"]],
    [{ seconds: 0 }, ["give a duration: 'seconds', 'minutes' or 'hours'"]],
    [{ seconds: -1 }, ["seconds: must be a number from 0, not -1"]],
    [{ minutes: "5" }, ['minutes: must be a number from 0, not "5"']],
    [{ hours: 600 }, ["the sum of 'seconds', 'minutes' and 'hours' must be at most 24 days"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("environment", () => {
  const { definition } = environment;

  it("makes everything text", () => {
    const attributes = completed(definition, { vars: { A: 1, B: "two", C: true, D: "" } });
    expect(definition.policy?.(attributes)).toEqual({ environment: { A: "1", B: "two", C: "true", D: "" } });
  });

  it.each([
    [{}, ["vars: is missing"]],
    [{ vars: [1] }, ["vars: must be an object of variables, not Array"]],
    [{ vars: "A=1" }, ['vars: must be an object of variables, not "A=1"']],
    [
      { vars: { A: undefined } },
      ["vars: A: must be a string without NUL, a finite number or a boolean, not undefined"],
    ],
    [{ vars: { A: {} } }, ["vars: A: must be a string without NUL, a finite number or a boolean, not Object"]],
    [{ vars: { A: Number.NaN } }, ["vars: A: must be a string without NUL, a finite number or a boolean, not NaN"]],
    [{ vars: { "A B": 1 } }, ['vars: A B: must be a name of letters, digits and _, not "A B"']],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("resources", () => {
  const { definition } = resources;

  it("has Metaflow's defaults, and no policy", () => {
    expect(completed(definition, {})).toEqual({ cpu: 1, memory: 4096 });
    expect(definition.policy).toBeUndefined();
  });

  it("makes sizes megabytes, rounded up", () => {
    const given = { cpu: 0.5, gpu: 0, memory: "4Gi", disk: "1.5T", sharedMemory: "64" };
    expect(completed(definition, given)).toEqual({
      ...{ cpu: 0.5, gpu: 0, memory: 4295, disk: 1_500_000, sharedMemory: 64 },
    });
    expect(completed(definition, { memory: "500MB" })).toMatchObject({ memory: 500 });
    expect(completed(definition, { memory: 0.2 })).toMatchObject({ memory: 1 });
  });

  it.each([
    [{ cpu: 0 }, ["cpu: must be a number above 0, not 0"]],
    [{ gpu: 1.5 }, ["gpu: must be a whole number from 0, not 1.5"]],
    [{ memory: "4 Gigs" }, [`memory: must be megabytes above 0 or a size such as '500M' or '4Gi', not "4 Gigs"`]],
    [{ disk: 0 }, ["disk: must be megabytes above 0 or a size such as '500M' or '4Gi', not 0"]],
  ])("refuses %j", (given, problems) => expect(checked(definition, given)).toEqual(problems));
});

describe("catchError", () => {
  it("is catch_ too", () => expect(catch_).toBe(catchError));

  it("asks for a fallback, and prints", () => {
    const attributes = completed(catchError.definition, {});
    expect(attributes).toEqual({ print: true });
    expect(catchError.definition.policy?.(attributes)).toEqual({ fallback: true });
  });

  it.each([
    [{ var: "not a name" }, ['var: must be the name of an artifact, not "not a name"']],
    [{ print: "yes" }, ['print: must be true or false, not "yes"']],
  ])("refuses %j", (given, problems) => expect(checked(catchError.definition, given)).toEqual(problems));
});

describe("parallel", () => {
  it("has no options, and says what it is for", () => {
    expect(completed(parallel.definition, {})).toEqual({});
    expect(parallel.definition.parallel).toBe(true);
    expect(checked(parallel.definition, { nodes: 4 })).toEqual(["nodes: there is no such option; there are none"]);
  });
});

it("the plugin has all of them", () => {
  const names = plugin.decorators.map(({ name }) => name);
  expect(names).toEqual(["retry", "catchError", "timeout", "environment", "resources", "secrets", "parallel"]);
});
