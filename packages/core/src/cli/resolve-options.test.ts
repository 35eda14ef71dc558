import { describe, expect, it } from "vitest";
import { choiceOption, flagOption, integerOption, listOption } from "./option-spec.js";
import { type OptionLayers, resolveOptions } from "./resolve-options.js";

const specs = {
  maxWorkers: integerOption("--max-workers <n>", {
    help: "",
    variable: "MAX_WORKERS",
    setting: "maxWorkers",
    min: 1,
    fallback: 4,
  }),
  tags: listOption("--tag <tag>", { help: "", variable: "TAG", setting: "tags" }),
  quiet: flagOption("--quiet", { help: "", variable: "QUIET" }),
  isolation: choiceOption("--isolation <kind>", { help: "", choices: ["pool", "process"], fallback: "pool" }),
};

const nothing: OptionLayers = { given: new Map(), environment: {}, config: {}, profile: {}, command: "run" };
const resolve = (layers: Partial<OptionLayers>) => resolveOptions(specs, { ...nothing, ...layers });

const flag = { given: new Map([["max-workers", ["1"]]]) };
const environment = { environment: { METAFLOW_MAX_WORKERS: "2" } };
const config = { config: { maxWorkers: 3 } };
const profile = { profile: { METAFLOW_MAX_WORKERS: "5" } };

describe("resolveOptions", () => {
  it.each([
    [{ ...flag, ...environment, ...config, ...profile }, 1],
    [{ ...environment, ...config, ...profile }, 2],
    [{ ...config, ...profile }, 3],
    [profile, 5],
    [{}, 4],
  ])("takes the first of flag, environment, config, profile and default: %#", (layers, expected) => {
    expect(resolve(layers).maxWorkers).toBe(expected);
  });

  it("prefers the variable of the command to the general one, and takes an empty one for unset", () => {
    const variables = { METAFLOW_RUN_MAX_WORKERS: "7", METAFLOW_MAX_WORKERS: "2" };
    expect(resolve({ environment: variables }).maxWorkers).toBe(7);
    expect(resolve({ environment: variables, command: "resume" }).maxWorkers).toBe(2);
    expect(resolve({ environment: { METAFLOW_MAX_WORKERS: "" } }).maxWorkers).toBe(4);
  });

  it.each([
    [
      { given: new Map([["max-workers", ["0"]]]) },
      "--max-workers must be a whole number of at least 1, but it is '0'.",
    ],
    [{ environment: { METAFLOW_MAX_WORKERS: "many" } }, /^METAFLOW_MAX_WORKERS must be/],
    [{ config: { maxWorkers: 1.5 } }, /^maxWorkers in metaflow\.config\.ts must be/],
    [{ profile: { METAFLOW_MAX_WORKERS: "-1" } }, /^METAFLOW_MAX_WORKERS in the profile must be/],
    [{ given: new Map([["isolation", ["pod"]]]) }, "--isolation must be one of pool, process, but it is 'pod'."],
  ])("names where a bad value comes from: %#", (layers, message) => {
    expect(() => resolve(layers)).toThrow(message);
  });

  it("lets the last of several count, and all of a repeatable one", () => {
    const given = new Map([
      ["max-workers", ["1", "2"]],
      ["tag", ["a", "b c"]],
    ]);
    expect(resolve({ given })).toMatchObject({ maxWorkers: 2, tags: ["a", "b c"] });
    expect(resolve({ environment: { METAFLOW_TAG: "a  b" } }).tags).toEqual(["a", "b"]);
    expect(resolve({ config: { tags: ["x y"] } }).tags).toEqual(["x y"]);
  });

  it("reads flags from variables", () => {
    expect(resolve({ environment: { METAFLOW_QUIET: "true" } }).quiet).toBe(true);
    expect(resolve({ environment: { METAFLOW_QUIET: "0" } }).quiet).toBe(false);
    expect(() => resolve({ environment: { METAFLOW_QUIET: "maybe" } })).toThrow("METAFLOW_QUIET");
  });
});
