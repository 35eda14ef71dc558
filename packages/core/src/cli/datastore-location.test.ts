import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseDatastore } from "./datastore-location.js";
import type { OptionLayers } from "./resolve-options.js";

const nothing: OptionLayers = { given: new Map(), environment: {}, config: {}, profile: {}, command: "run" };
const choose = (layers: Partial<OptionLayers>) => chooseDatastore({ ...nothing, ...layers }, "/home/ada");

describe("chooseDatastore", () => {
  it("says nothing where nothing is set", () => {
    expect(choose({})).toEqual({ name: undefined, root: undefined });
  });

  it("takes relative folders from the working folder", () => {
    expect(choose({ given: new Map([["datastore-root", ["runs"]]]) }).root).toBe("/home/ada/runs");
  });

  it("leaves roots with a scheme, and roots of other datastores, alone", () => {
    expect(choose({ environment: { METAFLOW_DATASTORE_ROOT: "s3://b/x" } }).root).toBe("s3://b/x");
    expect(choose({ environment: { METAFLOW_DATASTORE_ROOT: "s3:/b/x" } }).root).toBe("s3:/b/x");
    expect(choose({ environment: { METAFLOW_DATASTORE: "odd", METAFLOW_DATASTORE_ROOT: "x" } })).toEqual({
      name: "odd",
      root: "x",
    });
  });

  it("reads METAFLOW_DATASTORE_SYSROOT_* and METAFLOW_DEFAULT_DATASTORE as Metaflow does", () => {
    const local = { METAFLOW_DATASTORE_SYSROOT_LOCAL: "/data" };
    expect(choose({ environment: local }).root).toBe(join("/data", ".metaflow"));
    expect(choose({ environment: { ...local, METAFLOW_DATASTORE_ROOT: "/other" } }).root).toBe("/other");
    expect(choose({ environment: local, config: { datastoreRoot: "/config" } }).root).toBe(join("/data", ".metaflow"));
    const profile = { METAFLOW_DEFAULT_DATASTORE: "odd", METAFLOW_DATASTORE_SYSROOT_ODD: "odd://b" };
    expect(choose({ profile })).toEqual({ name: "odd", root: "odd://b" });
  });
});
