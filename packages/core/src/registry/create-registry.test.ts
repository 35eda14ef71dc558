import { describe, expect, it } from "vitest";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { createRegistry } from "./create-registry.js";
import { defineConfig } from "./define-config.js";
import { definePlugin } from "./define-plugin.js";

const provider = (name: string): DatastoreProvider => ({
  name,
  scheme: name,
  open: () => {
    throw new Error("not opened in this test");
  },
});

describe("createRegistry", () => {
  it("collects what plugins and the config contribute", () => {
    const plugin = definePlugin({ name: "a-plugin", datastores: [provider("one")] });
    const registry = createRegistry(defineConfig({ plugins: [plugin], datastores: [provider("two")] }));
    expect(registry.datastores.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(registry.serializers).toEqual([]);
  });

  it("takes the same contribution twice for one, and refuses two of one name", () => {
    const one = provider("one");
    const plugin = { name: "a-plugin", datastores: [one] };
    expect(createRegistry({ plugins: [plugin, plugin] }).datastores).toEqual([one]);
    const other = { name: "b-plugin", datastores: [provider("one")] };
    expect(() => createRegistry({ plugins: [plugin, other] })).toThrow(
      "There are two datastores named 'one': from a-plugin and from b-plugin.",
    );
  });
});
