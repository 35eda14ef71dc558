import { decodeName } from "./key-layout.js";

interface InRun {
  readonly flow: string;
  readonly runId: string;
}

interface OfTask extends InRun {
  readonly step: string;
  readonly task: string;
}

/** What a key of the layout stands for. */
export type ParsedKey =
  | { readonly kind: "format" }
  | { readonly kind: "blob"; readonly sha256: string }
  | (InRun & { readonly kind: "runIndex" | "run" | "heartbeat" })
  | (OfTask & { readonly kind: "task" })
  | (OfTask & { readonly kind: "failed"; readonly attempt: number })
  | (OfTask & { readonly kind: "gang" })
  /** `member`: whose result it is; `task` is the control task. */
  | (OfTask & { readonly kind: "gangResult"; readonly start: string; readonly member: string })
  | (OfTask & { readonly kind: "log"; readonly attempt: number; readonly chunk: number });

/** The counterpart of the functions in `key-layout.ts`. Null for a key that none of them makes. */
export function parseKey(key: string): ParsedKey | null {
  if (key === "format.json") return { kind: "format" };
  const blob = /^blobs\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/.exec(key);
  if (blob?.[2] !== undefined) return { kind: "blob", sha256: blob[2] };

  const inFlow = /^flows\/([^/]+)\/(index|runs)\/(.+)$/.exec(key);
  const flow = decodeName(inFlow?.[1] ?? "");
  if (inFlow === null || flow === null) return null;
  return inFlow[2] === "index" ? parseIndex(flow, inFlow[3] ?? "") : parseInRun(flow, inFlow[3] ?? "");
}

function parseIndex(flow: string, rest: string): ParsedKey | null {
  const runId = decodeName(/^\d{16}-([^/]+)$/.exec(rest)?.[1] ?? "");
  return runId === null ? null : { kind: "runIndex", flow, runId };
}

function parseInRun(flow: string, rest: string): ParsedKey | null {
  const [run = "", folder, ...path] = rest.split("/");
  const runId = decodeName(run);
  if (runId === null) return null;
  if (path.length === 0 && folder === "run.json") return { kind: "run", flow, runId };
  if (path.length === 0 && folder === "heartbeat.json") return { kind: "heartbeat", flow, runId };

  const step = decodeName(path[0] ?? "");
  const [name = "", ...suffix] = (path[1] ?? "").split(".");
  const task = decodeName(name);
  if (path.length !== 2 || step === null || task === null) return null;
  const ofTask = { flow, runId, step, task };
  if (folder === "gangs") return parseGang(ofTask, suffix);
  const form = `${folder}/${suffix.map((part) => (isCount(part) ? "#" : part)).join(".")}`;
  if (form === "tasks/json") return { kind: "task", ...ofTask };
  const attempt = Number(suffix[0]);
  if (form === "failed/#.json") return { kind: "failed", ...ofTask, attempt };
  if (form === "logs/#.#.log") return { kind: "log", ...ofTask, attempt, chunk: Number(suffix[1]) };
  return null;
}

function parseGang(gang: OfTask, suffix: readonly string[]): ParsedKey | null {
  const [start, member] = suffix.map(decodeName);
  if (suffix.at(-1) !== "json") return null;
  if (suffix.length === 1) return { kind: "gang", ...gang };
  if (suffix.length !== 3 || start == null || member == null) return null;
  return { kind: "gangResult", ...gang, start, member };
}

const isCount = (part: string) => /^\d{1,16}$/.test(part);
