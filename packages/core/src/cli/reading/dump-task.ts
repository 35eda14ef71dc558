import { inspect } from "node:util";
import type { SerializerSet } from "../../artifacts/serializer-set.js";
import { toTaggedJson } from "../../artifacts/tagged-json.js";
import type { Artifact } from "../../client/artifact.js";
import type { Task } from "../../client/task.js";
import { isMetaflowError, type MetaflowError } from "../../errors/metaflow-error.js";
import type { JsonValue } from "../../util/json.js";
import type { Colors } from "../output.js";
import { taskJson } from "./run-json.js";
import { showSize, showStatus } from "./show-status.js";
import { alignColumns } from "./table.js";

/** Which artifacts are shown, and how much of them. */
export interface DumpOptions {
  /** Only these; null for all. */
  readonly include: readonly string[] | null;
  /** Names that begin with `_`, too. */
  readonly private: boolean;
  /** Values of more bytes are left out; 0 leaves out all. */
  readonly maxValueSize: number;
}

/** An artifact and as much of it as is to be shown. */
export interface DumpedArtifact {
  readonly artifact: Artifact;
  /** Undefined where the value is left out. */
  readonly value?: { readonly it: unknown } | undefined;
  /** Why the value could not be read. */
  readonly error?: MetaflowError | undefined;
}

/** Loads what a task's dump shows; a value that cannot be read does not hide the others. */
export async function loadDump(task: Task, options: DumpOptions): Promise<readonly DumpedArtifact[]> {
  return Promise.all(
    shownArtifacts(task, options).map(async (artifact): Promise<DumpedArtifact> => {
      if (options.maxValueSize === 0 || artifact.size > options.maxValueSize) return { artifact };
      try {
        return { artifact, value: { it: await artifact.value() } };
      } catch (error) {
        if (!isMetaflowError(error)) throw error;
        return { artifact, error };
      }
    }),
  );
}

function shownArtifacts(task: Task, options: DumpOptions): readonly Artifact[] {
  return task.artifacts().filter(({ name }) => {
    if (options.include !== null) return options.include.includes(name);
    return options.private || !name.startsWith("_");
  });
}

/** A task as `dump --json` prints it; see `docs/reference/json-output.md`. */
export function dumpJson(task: Task, dumped: readonly DumpedArtifact[], serializers: SerializerSet): JsonValue {
  const artifacts = dumped.map(({ artifact, value, error }): [string, JsonValue] => {
    const { name, type, size, sha256 } = artifact;
    const shown = value === undefined ? {} : { value: toTaggedJson(value.it, serializers) };
    const problem = error === undefined ? {} : { error: { code: error.code, message: error.message } };
    return [name, { type, size, sha256, ...shown, ...problem }];
  });
  return {
    ...taskJson(task),
    foreach: task.foreach.map(({ step, index, splits }) => ({ step, index, splits })),
    loops: task.loops.map(({ step, iteration }) => ({ step, iteration })),
    parallel: task.parallel && { ...task.parallel },
    originPathspec: task.originPathspec,
    artifacts: Object.fromEntries(artifacts),
  };
}

/** A task as `dump` prints it for people. */
export function dumpLines(
  task: Task,
  dumped: readonly DumpedArtifact[],
  colors: Colors,
  maxValueSize: number,
): readonly string[] {
  const facts = [
    showStatus(task.status, colors),
    ...(task.currentAttempt === 0 ? [] : [`attempt ${task.currentAttempt}`]),
    ...task.foreach.map(({ step, index, splits }) => `item ${index} of ${splits} from ${step}`),
    ...task.loops.map(({ step, iteration }) => `iteration ${iteration} of ${step}`),
    ...(task.originPathspec === null ? [] : [`from ${task.originPathspec}`]),
  ];
  const rows = dumped.map(({ artifact, value, error }) => {
    const { name, type, size } = artifact;
    const head = [`  ${colors.cyan(name)}`, colors.dim(type), colors.dim(showSize(size))];
    if (value !== undefined) return [...head, showValue(value.it, colors)];
    if (error !== undefined) return [...head, colors.red(error.message)];
    return maxValueSize === 0 ? head : [...head, colors.dim("(too large; see --max-value-size)")];
  });
  return [
    `${colors.bold(task.pathspec)}  ${facts.join(", ")}`,
    ...(task.error === null ? [] : [`  ${colors.red(`${task.error.type}: ${task.error.message}`)}`]),
    ...Object.entries(task.metadata).map(([name, value]) => colors.dim(`  ${name}: ${JSON.stringify(value)}`)),
    ...(rows.length === 0 ? [colors.dim("  (no artifacts)")] : alignColumns(rows)),
  ];
}

/** All of a value in one line. */
function showValue(value: unknown, colors: Colors): string {
  return inspect(value, {
    colors: colors.isColorSupported,
    depth: null,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
}
