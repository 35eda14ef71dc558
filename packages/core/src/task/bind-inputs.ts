import type { TaskRecord } from "../contracts/records.js";
import type { ArtifactRef } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { createInputs, type Inputs } from "../flow/inputs.js";
import { once } from "../util/once.js";
import { withAbsentNames } from "./absent-artifacts.js";
import type { ArtifactLoader } from "./artifact-io.js";

/** A join's `inputs`: views of what its input tasks left, loaded when read and never written. */
export function bindInputs(
  records: readonly TaskRecord[],
  steps: readonly string[],
  known: ReadonlySet<string>,
  loader: ArtifactLoader,
): Inputs<never> {
  const views = new Map<string, object>();
  const from = records.map((record) => ({
    step: record.step,
    artifacts: createView(record, prototypeFor(record.step, known, views), loader),
  }));
  return createInputs(from, steps);
}

function prototypeFor(step: string, known: ReadonlySet<string>, made: Map<string, object>): object {
  let prototype = made.get(step);
  if (prototype === undefined) {
    prototype = withAbsentNames(Object.prototype, known, (artifact) => {
      throw errors.ARTIFACT_ABSENT({ artifact, step, join: null }, { where: { step, artifact } });
    });
    made.set(step, prototype);
  }
  return prototype;
}

function createView(record: TaskRecord, prototype: object, loader: ArtifactLoader): object {
  const view = Object.create(prototype) as object;
  for (const [name, ref] of Object.entries(record.artifacts)) defineLazily(view, name, ref, loader);
  return Object.preventExtensions(view);
}

function defineLazily(view: object, name: string, ref: ArtifactRef, loader: ArtifactLoader): void {
  Object.defineProperty(view, name, {
    get: once(() => loader.load(name, ref)),
    set() {
      throw errors.INPUT_READONLY({ artifact: name });
    },
    enumerable: true,
    configurable: false,
  });
}
