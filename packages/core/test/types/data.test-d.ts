import { describe, expectTypeOf, it } from "vitest";
import type { Data, DataInfo, DataObject, DataStream, ObjectAttributes } from "../../src/public/data.js";

declare const data: Data;

describe("what is kept with an object", () => {
  it("is given with every write, of one or of many", () => {
    expectTypeOf(data.put).parameter(2).exclude<undefined>().toExtend<ObjectAttributes>();
    void data.put("key", "x", { contentType: "text/csv", metadata: { made_by: "me" }, overwrite: false });
    void data.putMany(
      [
        ["key", "x"],
        ["other", "x", { contentType: "text/csv" }],
      ],
      { metadata: {} },
    );
    void data.putFiles([["key", "path", { metadata: { made_by: "me" } }]]);
    // @ts-expect-error: values are texts
    void data.put("key", "x", { metadata: { rows: 3 } });
    // @ts-expect-error: an entry has no options of the call's
    void data.putMany([["key", "x", { overwrite: false }]]);
  });

  it("comes with all that reads, always", () => {
    expectTypeOf<DataInfo["contentType"]>().toEqualTypeOf<string>();
    expectTypeOf<DataInfo["metadata"]>().toEqualTypeOf<Readonly<Record<string, string>>>();
    expectTypeOf<DataObject>().toExtend<DataInfo>();
    expectTypeOf<DataStream>().toExtend<DataInfo>();
    expectTypeOf(data.downloadMany).returns.resolves.toEqualTypeOf<readonly DataInfo[]>();
  });
});
