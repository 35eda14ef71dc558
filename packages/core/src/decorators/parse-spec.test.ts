import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseDecoratorSpec } from "./parse-spec.js";

const attributes = (spec: string): unknown => parseDecoratorSpec(spec, "--with").attributes;

describe("a spec", () => {
  it.each([
    ["retry", {}],
    ["retry:", {}],
    ["retry:times=3", { times: 3 }],
    [" retry : times = 3 , delay = 0.5 ", { times: 3, delay: 0.5 }],
    ["retry:times=3,", { times: 3 }],
    ["catch:print=false,var=failure", { print: false, var: "failure" }],
    ["catch:var=null", { var: null }],
    ["catch:var=", { var: "" }],
    ['catch:var="3"', { var: "3" }],
    ['environment:vars={"A":"1,2","B":"="}', { vars: { A: "1,2", B: "=" } }],
    ['secrets:sources=["a,b",{"id":"}]"}],role=x', { sources: ["a,b", { id: "}]" }], role: "x" }],
    ['note:text="a \\" , b",times=1', { text: 'a " , b', times: 1 }],
    ['note:path="C:\\\\",times=1', { path: "C:\\", times: 1 }],
    ["note:text=it's 5\" wide,times=1", { text: "it's 5\" wide", times: 1 }],
    ["note:text={a,times=1", { text: "{a", times: 1 }],
    ["note:text=🎈🎈,times=1", { text: "🎈🎈", times: 1 }],
    ["schedule:cron=0 0 * * ?", { cron: "0 0 * * ?" }],
    ["note:url=https://a.org/?q=1", { url: "https://a.org/?q=1" }],
    ["note:id=007", { id: "007" }],
  ])("%s", (spec, expected) => {
    expect(attributes(spec)).toStrictEqual(expected);
  });

  it.each([
    ["", "its name is missing"],
    [":times=3", "its name is missing"],
    ["3", "its name is missing or no name"],
    ["retry:times", "'times' is no option=value"],
    ["retry:=3", "'=3' is no option=value"],
    ["retry:times=3,times=4", "option 'times' is given twice"],
  ])("%j is refused: %s", (spec, problem) => {
    expect(() => parseDecoratorSpec(spec, "--with")).toThrow(problem);
  });

  it("keeps who asks for it", () => {
    expect(parseDecoratorSpec("retry", "--with")).toMatchObject({ name: "retry", insertedBy: "--with" });
  });
});

test("options that are written as JSON are read as what they are", () => {
  const names = fc.stringMatching(/^[A-Za-z_]\w{0,6}$/);
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue(), { noNullPrototype: true }), (options) => {
      const pairs = Object.entries(options).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      const data: unknown = JSON.parse(JSON.stringify(options));
      expect(attributes(`some:${pairs.join(",")}`)).toEqual(data);
    }),
    { numRuns: 500 },
  );
});

test("whatever is written is read or refused by its code", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab=,:"\\[]{} 1🎈') }), (text) => {
      try {
        parseDecoratorSpec(`x:${text}`, "--with");
      } catch (error) {
        expect(error).toMatchObject({ code: "MF_DECORATOR_SPEC_INVALID" });
      }
    }),
    { numRuns: 1000 },
  );
});
