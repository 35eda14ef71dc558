import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import type { AttachedGraph } from "./attach-decorators.js";
import { decoratorFailed } from "./decorator-failed.js";
import type { Attachment } from "./gather-decorators.js";

/** A secret among the options of a step's decorator. */
export interface StepSecret extends NamedSecret {
  readonly step: string;
}

/**
 * The graph as it may be stored, and what was taken out of it.
 *
 * @throws DECORATOR_OPTIONS_SECRET where the source, from which the task takes it again, does not say it
 */
export function redactGraph({ graph, attachments }: Pick<AttachedGraph, "graph" | "attachments">): {
  readonly graph: FlowGraph;
  readonly secrets: readonly StepSecret[];
} {
  const secrets: StepSecret[] = [];
  const steps = Object.values(graph.steps).map((node) => {
    const attached = attachments.get(node.name) ?? [];
    return [node.name, { ...node, decorators: attached.map((each) => redact(node.name, each, secrets)) }] as const;
  });
  return { graph: { ...graph, steps: Object.fromEntries(steps) }, secrets };
}

function redact(step: string, { data, definition }: Attachment, secrets: StepSecret[]): AttachedDecorator {
  if (definition?.redact === undefined) return data;
  const attributes = redacted(step, () => definition.redact?.(data.attributes), definition.name);
  const found = [...changedTexts(data.attributes, attributes, definition.name)];
  if (found.length > 0 && !data.staticallyDefined) {
    const addedBy = data.insertedBy ?? "A mutator";
    throw errors.DECORATOR_OPTIONS_SECRET({ decorator: data.name, step, addedBy }, { where: { step } });
  }
  for (const secret of found) secrets.push({ ...secret, step });
  return { ...data, attributes };
}

function redacted(step: string, action: () => unknown, decorator: string): AttachedDecorator["attributes"] {
  try {
    return action() as AttachedDecorator["attributes"];
  } catch (cause) {
    throw decoratorFailed(decorator, "redact", { step }, cause);
  }
}

/** What the options hold that may not be stored. */
export function secretsIn(
  step: string,
  definition: StepDecorator,
  attributes: AttachedDecorator["attributes"],
): readonly NamedSecret[] {
  const safe = redacted(step, () => definition.redact?.(attributes), definition.name);
  return [...changedTexts(attributes, safe, definition.name)];
}

/** Texts that are not the same in the second, by the name of the option that holds them. */
function* changedTexts(original: unknown, redacted: unknown, name: string): Iterable<NamedSecret> {
  if (typeof original === "string") {
    if (original !== redacted) yield { name, value: original };
  } else if (typeof original === "object" && original !== null) {
    for (const [key, value] of Object.entries(original)) {
      const other: unknown = typeof redacted === "object" && redacted !== null ? Reflect.get(redacted, key) : undefined;
      yield* changedTexts(value, other, Array.isArray(original) ? name : key);
    }
  }
}
