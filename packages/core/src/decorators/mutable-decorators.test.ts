import { expect, it } from "vitest";
import { shown } from "./mutable-decorators.js";

it("what a mutator does to the options that it sees changes nothing", () => {
  const call = () => {};
  const options = { times: 1, nested: { list: [1, { deep: true }] }, call };
  const data = { name: "retry", attributes: options, staticallyDefined: true, insertedBy: null };
  const seen = shown(data).attributes as typeof options;
  expect(seen).toEqual(options);
  expect(seen.call).toBe(call);
  seen.times = 99;
  seen.nested.list.push(2);
  (seen.nested.list[1] as { deep: boolean }).deep = false;
  expect(options).toEqual({ times: 1, nested: { list: [1, { deep: true }] }, call });
});
