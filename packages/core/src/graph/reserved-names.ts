import { FlowSpec } from "../flow/flow-spec.js";

/** Members of every flow, of every object and of every promise-like: a step of such a name would hide them. */
const MEMBERS = [
  ...Object.getOwnPropertyNames(FlowSpec.prototype),
  ...Object.getOwnPropertyNames(Object.prototype),
  "toJSON",
  "then",
  "prototype",
];

/** Names that Metaflow keeps for itself. */
const METAFLOW_NAMES = ["name", "next", "input", "index", "cmd"];

/** Names that no step may have. */
export const RESERVED_STEP_NAMES: ReadonlySet<string> = new Set([...METAFLOW_NAMES, ...MEMBERS]);

/** Members that never are artifacts. */
export const FLOW_MEMBERS: ReadonlySet<string> = new Set(MEMBERS);
