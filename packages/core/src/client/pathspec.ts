import type { Pathspec } from "../contracts/pathspec.js";
import { errors } from "../errors/codes.js";

const PARTS = ["flow", "run", "step", "task", "artifact"] as const;
type Part = (typeof PARTS)[number];

/** A pathspec that has all parts up to `Last`. */
export type PathspecTo<Last extends Part> = Pathspec & {
  readonly [P in PartsTo<Last>]: string;
};

type PartsTo<Last extends Part> = {
  flow: "flow";
  run: "flow" | "run";
  step: "flow" | "run" | "step";
  task: "flow" | "run" | "step" | "task";
  artifact: Part;
}[Last];

/**
 * Takes `Flow/run/step/task` apart, down to the part named.
 *
 * @throws MF_PATHSPEC_INVALID where it has more or fewer parts; the message says the form.
 */
export function parsePathspec<Last extends Part>(text: string, last: Last): PathspecTo<Last> {
  const parts = text.split("/");
  const names = PARTS.slice(0, PARTS.indexOf(last) + 1);
  if (parts.length !== names.length || parts.includes("")) {
    throw errors.PATHSPEC_INVALID({ given: text, form: ["Flow", ...names.slice(1)].join("/") });
  }
  return Object.fromEntries(names.map((name, i) => [name, parts[i]])) as unknown as PathspecTo<Last>;
}
