import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineObserver, type Observer, type RunEvent } from "@metaflow-ts/core/plugin";
import * as v from "valibot";

/** What `metaflow.config.ts` may say. */
export interface AcmeNameObserverOptions {
  /** The file that gets a line for each attempt; a relative path starts at the working folder. */
  readonly file: string;
}

const schema = v.strictObject({ file: v.optional(v.string(), "acme-name.csv") });

/** Writes how long each attempt took: a line of step, task, attempt, status and milliseconds. */
export const acmeNameObserver: Observer<AcmeNameObserverOptions> = defineObserver({
  name: "acme-name",
  options: schema,
  open({ file }, { cwd }) {
    const path = resolve(cwd, file);
    return {
      async observe(events) {
        const lines = events.flatMap(lineOf);
        if (lines.length > 0) await appendFile(path, lines.join(""));
      },
    };
  },
});

function lineOf(event: RunEvent): readonly string[] {
  if (event.type !== "task.finished") return [];
  const { step, task, attempt, status, durationMs } = event;
  return [`${step},${task},${attempt},${status},${durationMs}\n`];
}
