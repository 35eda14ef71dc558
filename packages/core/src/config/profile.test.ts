import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readProfile } from "./profile.js";

const home = mkdtempSync(join(tmpdir(), "metaflow-profile-"));
afterAll(() => rmSync(home, { recursive: true }));
const read = (profile?: string) => readProfile({ METAFLOW_HOME: home, METAFLOW_PROFILE: profile });

describe("readProfile", () => {
  it("is empty where there is no file", () => {
    expect(read()).toEqual({});
  });

  it("gives all values as text", () => {
    writeFileSync(join(home, "config.json"), '{"METAFLOW_USER": "ada", "METAFLOW_MAX_WORKERS": 3, "X": null}');
    expect(read()).toEqual({ METAFLOW_USER: "ada", METAFLOW_MAX_WORKERS: "3" });
  });

  it("reads the profile that is named, and no other", () => {
    writeFileSync(join(home, "config_prod.json"), '{"METAFLOW_USER": "prod"}');
    expect(read("prod")).toEqual({ METAFLOW_USER: "prod" });
    expect(() => read("nope")).toThrow("There is no profile 'nope'");
  });

  it.each(["[1]", "{", '"x"', "null"])("refuses %j", (text) => {
    writeFileSync(join(home, "config_bad.json"), text);
    expect(() => read("bad")).toThrow("cannot be used");
  });
});
