import type { FlowTrigger } from "@metaflow-ts/core/plugin";
import { isRecord } from "./one-or-many.js";

/** A flow by its name, by `project.branch.Flow`, or by the parts of that. */
export type FlowOption =
  | string
  | {
      readonly name: string;
      /** Default: the project of the flow that is started. */
      readonly project?: string | null | undefined;
      /** `user.jane`, `test.x`, `prod`, `prod.x`. Default: the branch of the flow that is started. */
      readonly branch?: string | null | undefined;
    };

const BRANCH = /^(?:prod|(?:prod|test|user)\..+)$/;
const FORMS = "the name of a flow, or 'project.branch.Flow' with a branch such as 'prod', 'test.x' or 'user.jane'";

/** Reads a flow in any of its forms; a text says what is wrong. */
export function readFlow(given: unknown): FlowTrigger | string {
  return typeof given === "string" ? fromName(given) : fromParts(given);
}

function fromName(text: string): FlowTrigger | string {
  const parts = text.split(".");
  if (parts.some((part) => part === "")) return `must be ${FORMS}, not '${text}'`;
  if (parts.length === 1) return { name: text, project: null, branch: null };
  const [project = "", ...rest] = parts;
  const branch = rest.slice(0, -1).join(".");
  return BRANCH.test(branch) ? { name: parts.at(-1) ?? "", project, branch } : `must be ${FORMS}, not '${text}'`;
}

function fromParts(given: unknown): FlowTrigger | string {
  if (!isRecord(given)) return `must be ${FORMS}, or an object with 'name', 'project' and 'branch'`;
  const unknown = Object.keys(given).find((key) => !["name", "project", "branch"].includes(key));
  if (unknown !== undefined) return `has '${unknown}', and may have 'name', 'project' and 'branch'`;
  const { name, project = null, branch = null } = given;
  if (typeof name !== "string" || name === "" || name.includes(".")) return "must have the flow's name as 'name'";
  if (project !== null && !isText(project)) return "must have the project's name as 'project'";
  if (branch !== null && !(isText(branch) && BRANCH.test(branch))) {
    return "must have a branch such as 'prod', 'test.x' or 'user.jane' as 'branch'";
  }
  return { name, project, branch };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
