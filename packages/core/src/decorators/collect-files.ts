import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { PackagedFile } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import type { AttachedGraph } from "./attach-decorators.js";
import { decoratorFailed } from "./decorator-failed.js";
import type { Attachment } from "./gather-decorators.js";

/**
 * The files that a flow's step decorators add to its code package, each name once.
 *
 * @throws DECORATOR_FAILED, PACKAGED_FILE_INVALID
 */
export async function collectFiles({ graph, attachments }: AttachedGraph): Promise<readonly PackagedFile[]> {
  const files = new Map<string, PackagedFile>();
  for (const step of Object.values(graph.steps)) {
    for (const attachment of attachments.get(step.name) ?? []) {
      for (const file of await filesOf(attachment, step, graph)) {
        const problem = problemOf(file, files);
        const decorator = attachment.data.name;
        const shown = { decorator, step: step.name, file: String(file?.name) };
        if (problem !== null) throw errors.PACKAGED_FILE_INVALID({ ...shown, problem }, { where: { step: step.name } });
        files.set(file.name, file);
      }
    }
  }
  return [...files.values()];
}

async function filesOf(
  { data, definition }: Attachment,
  step: StepNode,
  graph: FlowGraph,
): Promise<readonly PackagedFile[]> {
  try {
    return [...((await definition?.files?.(data.attributes, { step, graph })) ?? [])];
  } catch (cause) {
    throw decoratorFailed(data.name, "files", { step: step.name }, cause);
  }
}

function problemOf(file: PackagedFile, others: ReadonlyMap<string, PackagedFile>): string | null {
  if (typeof file?.name !== "string") return "a file is { name, content }";
  const { name, content } = file;
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || /[\\\0]/.test(name)) {
    return "its name has to be a path within the package, with '/' between folders";
  }
  if (typeof content !== "string" && !(content instanceof Uint8Array)) return "its content has to be text or bytes";
  const other = others.get(name);
  const isSame = other === undefined || Buffer.from(other.content).equals(Buffer.from(content));
  return isSame ? null : "another decorator adds one of this name with other content";
}
