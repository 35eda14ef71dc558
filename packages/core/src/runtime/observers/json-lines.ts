import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineObserver } from "../../registry/define-observer.js";

interface JsonLinesOptions {
  readonly file: string;
}

const DEFAULT_FILE = "metaflow-events.ndjson";

const options: StandardSchemaV1<unknown, JsonLinesOptions> = {
  "~standard": {
    version: 1,
    vendor: "metaflow-ts",
    validate(value) {
      const { file = DEFAULT_FILE, ...rest } = value as Readonly<Record<string, unknown>>;
      const unknown = Object.keys(rest).map((name) => ({ message: "there is no such option", path: [name] }));
      if (unknown.length > 0) return { issues: unknown };
      if (typeof file === "string" && file !== "") return { value: { file } };
      return { issues: [{ message: "it is the path of a file", path: ["file"] }] };
    },
  },
};

/** Adds each event as a line of JSON to a file, which may hold the events of many runs. */
export const jsonLines = defineObserver({
  name: "json-lines",
  options,
  async open({ file }, { cwd }) {
    const handle = await open(resolve(cwd, file), "a");
    return {
      async observe(events) {
        // One write: runs that write to the same file do not mix within a line.
        await handle.appendFile(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      },
      close: () => handle.close(),
    };
  },
});
