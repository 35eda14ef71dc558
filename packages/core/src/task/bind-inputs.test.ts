import { expect, test } from "vitest";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { exampleTask } from "../testing/example-records.js";
import { createArtifactLoader } from "./artifact-io.js";
import { bindInputs } from "./bind-inputs.js";

type View = Record<string, unknown>;

function bind() {
  const loader = createArtifactLoader(createBlobStore(createMemoryDatastore()), createSerializerSet([]));
  const records = ["left", "right"].map((step, k) =>
    exampleTask({
      step,
      task: "0",
      artifacts: { list: { type: "Array", size: 3, encoding: "json", value: [k] } },
    }),
  );
  return bindInputs(records, ["left", "right", "aside"], new Set(["list", "absent"]), loader) as unknown as View[] & {
    readonly right: View;
    readonly aside: View;
    readonly of: (step: string) => View;
  };
}

test("inputs are an array in order, and have a member for each step", () => {
  const inputs = bind();
  expect(inputs.map(({ list }) => list)).toEqual([[0], [1]]);
  expect(inputs.right).toBe(inputs[1]);
  expect(inputs.of("left")).toBe(inputs[0]);
  expect(() => inputs.aside).toThrow(expect.objectContaining({ code: "MF_FLOW_NO_SUCH_INPUT" }));
});

test("a value of an input is loaded once", () => {
  const [input] = bind();
  expect(input?.list).toBe(input?.list);
});

test("inputs cannot be written, lengthened or shortened", () => {
  const inputs = bind();
  const [input = {}] = inputs;
  const readonly = expect.objectContaining({ code: "MF_INPUT_READONLY" });
  expect(() => {
    input.list = [9];
  }).toThrow(readonly);
  expect(() => {
    input.added = 1;
  }).toThrow(TypeError);
  expect(() => {
    delete input.list;
  }).toThrow(TypeError);
  expect(() => inputs.push({})).toThrow(TypeError);
  expect(input.list).toEqual([0]);
});

test("what an input's task did not leave says so", () => {
  const [input] = bind();
  expect(() => input?.absent).toThrow(expect.objectContaining({ code: "MF_ARTIFACT_ABSENT" }));
});
