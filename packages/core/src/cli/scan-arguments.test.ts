import { describe, expect, it } from "vitest";
import { scanArguments } from "./scan-arguments.js";

const scan = (line: string) => scanArguments(line.split(" ").filter((word) => word !== ""));

describe("scanArguments", () => {
  it("finds the flow's file, the command and the rest", () => {
    expect(scan("train.ts run --alpha 0.5")).toEqual({
      flow: { file: "train.ts", name: null },
      command: "run",
      rest: ["--alpha", "0.5"],
    });
  });

  it.each([
    ["train.ts:Other run", { file: "train.ts", name: "Other" }],
    ["./a/b.flow.mts check", { file: "./a/b.flow.mts", name: null }],
    ["/x/y.js: run", { file: "/x/y.js", name: null }],
  ])("reads the flow of '%s'", (line, flow) => {
    expect(scan(line).flow).toEqual(flow);
  });

  it("takes options before the file and before the command, values included", () => {
    expect(scan("--datastore-root x.ts --json train.ts --datastore=s3 run --tag a")).toEqual({
      flow: { file: "train.ts", name: null },
      command: "run",
      rest: ["--datastore-root", "x.ts", "--json", "--datastore=s3", "--tag", "a"],
    });
  });

  it("leaves everything behind the command alone", () => {
    expect(scan("dump Flow/1/end --include a.ts")).toEqual({
      flow: null,
      command: "dump",
      rest: ["Flow/1/end", "--include", "a.ts"],
    });
  });

  it("has no command where there is none", () => {
    expect(scan("train.ts --json")).toEqual({
      flow: { file: "train.ts", name: null },
      command: null,
      rest: ["--json"],
    });
    expect(scan("")).toEqual({ flow: null, command: null, rest: [] });
  });

  it.each([
    ["train.ts --branch x run", "run", ["--branch", "x"]],
    ["train.ts --branch x --team y run --tag a", "run", ["--branch", "x", "--team", "y", "--tag", "a"]],
    ["train.ts --production run", "run", ["--production"]],
    ["train.ts --production run start", "run", ["--production", "start"]],
    ["train.ts --branch run run", "run", ["--branch", "run"]],
    ["train.ts --branch x acme create", "acme", ["--branch", "x", "create"]],
    ["train.ts --branch=x run", "run", ["--branch=x"]],
    ["train.ts --json rnu", "rnu", ["--json"]],
  ])("takes options of decorators before the command: %s", (line, command, rest) => {
    expect(scan(line)).toMatchObject({ command, rest });
  });

  it.each([
    ["--with a f.ts --with=b --json run --tag t --with c d", "--json --tag t --with c --with a --with=b d"],
    ["f.ts --with a run --with=c --with d -- --with e", "--with=c --with d --with a -- --with e"],
    ["f.ts --json --with a run x -- --with b", "--json --with a x -- --with b"],
    ["f.ts --with a run --with", "--with --with a"],
  ])("puts decorators of before the command behind its own: %s", (line, rest) => {
    expect(scan(line).rest).toEqual(rest.split(" "));
  });
});
