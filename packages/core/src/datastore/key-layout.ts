import type { GangRef } from "../contracts/gang.js";
import type { FailedAttemptRef, LogRef } from "../contracts/record-store.js";
import type { StorageVersion } from "../contracts/records.js";
import { errors } from "../errors/codes.js";

/*
 * The one place that knows where things lie in a datastore; `docs/reference/storage.md` says the same in prose.
 * Names are escaped so that none can leave its place in a key, and no key is a folder of another.
 */

/** The version of this layout and of everything stored in it. */
export const STORAGE_VERSION: StorageVersion = 1;

/** Says which version wrote the datastore. */
export const FORMAT_KEY = "format.json";
export const FLOWS_PREFIX = "flows/";
export const BLOBS_PREFIX = "blobs/";

/** Leaves room for what a key adds to a name, within the 255 bytes that stores allow. */
const MAX_NAME_BYTES = 200;
const MICROS_DIGITS = 16;
const CHUNK_DIGITS = 6;
/** Of 16 digits. Beyond what a number holds exactly, hence a bigint. */
const MAX_MICROS = 9_999_999_999_999_999n;

/** Escapes a name for use as one part of a key: all but letters, digits, `_` and `-` become `!` and hex bytes. */
export function encodeName(kind: string, name: string): string {
  const refuse = (reason: string) => errors.STORAGE_NAME_INVALID({ kind, name, reason });
  if (name === "") throw refuse("it is empty");
  if (!name.isWellFormed()) throw refuse("it is no well-formed Unicode");
  const encoded = name.replace(/[^\w-]+/gu, escapeBytes);
  if (encoded.length > MAX_NAME_BYTES) throw refuse(`it takes more than ${MAX_NAME_BYTES} bytes in a key`);
  return encoded;
}

function escapeBytes(text: string): string {
  return Buffer.from(text).toString("hex").replace(/../g, "!$&");
}

/** Undoes {@link encodeName}. Null for what it cannot have written. */
export function decodeName(encoded: string): string | null {
  if (!/^(?:[\w-]|![0-9a-f]{2})+$/.test(encoded)) return null;
  const name = encoded.replace(/(?:![0-9a-f]{2})+/g, (run) => Buffer.from(run.replaceAll("!", ""), "hex").toString());
  // Equal only where every escape was needed and its bytes were UTF-8: one name, one key.
  return name.replace(/[^\w-]+/gu, escapeBytes) === encoded ? name : null;
}

function count(kind: string, value: number, digits = 1): string {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw errors.STORAGE_NAME_INVALID({ kind, name: String(value), reason: "it is no whole number from 0 on" });
  }
  const text = String(value).padStart(digits, "0");
  if (digits > 1 && text.length > digits) {
    throw errors.STORAGE_NAME_INVALID({ kind, name: text, reason: `it has more than ${digits} digits` });
  }
  return text;
}

const flowFolder = (flow: string) => `${FLOWS_PREFIX}${encodeName("flow", flow)}`;

/** Where everything of a run lies but its entry in the flow's index and its blobs. */
export function runFolder(flow: string, runId: string): string {
  return `${flowFolder(flow)}/runs/${encodeName("run", runId)}`;
}

const stepPart = (step: string) => encodeName("step", step);
const taskPart = (task: string) => encodeName("task", task);

export function runIndexPrefix(flow: string): string {
  return `${flowFolder(flow)}/index/`;
}

/** Inverted, so that an ascending list gives the newest run first. `startedAt` in milliseconds. */
export function runIndexKey(flow: string, startedAt: number, runId: string): string {
  const inverted = MAX_MICROS - BigInt(startMicros(startedAt, runId));
  const text = inverted.toString().padStart(MICROS_DIGITS, "0");
  return `${runIndexPrefix(flow)}${text}-${encodeName("run", runId)}`;
}

/** A run id that is itself the start in microseconds tells apart runs of one millisecond. */
function startMicros(startedAt: number, runId: string): number {
  const fromId = /^\d{16}$/.test(runId) ? Number(runId) : Number.NaN;
  return Math.abs(fromId / 1000 - startedAt) < 60_000 ? fromId : Math.max(0, Math.floor(startedAt * 1000));
}

export function runKey(flow: string, runId: string): string {
  return `${runFolder(flow, runId)}/run.json`;
}

export function heartbeatKey(flow: string, runId: string): string {
  return `${runFolder(flow, runId)}/heartbeat.json`;
}

/** Where the committed records of a run lie, or of one step. */
export function tasksPrefix(flow: string, runId: string, step?: string): string {
  return `${runFolder(flow, runId)}/tasks/${step === undefined ? "" : `${stepPart(step)}/`}`;
}

/** The commit of a task: at most one object, whichever attempt made it. */
export function taskKey(flow: string, runId: string, step: string, task: string): string {
  return `${tasksPrefix(flow, runId, step)}${taskPart(task)}.json`;
}

/** Where the failed attempts of a run lie, or of one step. */
export function failedPrefix(flow: string, runId: string, step?: string): string {
  return `${runFolder(flow, runId)}/failed/${step === undefined ? "" : `${stepPart(step)}/`}`;
}

export function failedKey(flow: string, runId: string, ref: FailedAttemptRef): string {
  return `${failedPrefix(flow, runId, ref.step)}${taskPart(ref.task)}.${count("attempt", ref.attempt)}.json`;
}

/** Where the results of one start of a gang lie. `control` is the id of the gang's first task. */
export function gangResultsPrefix({ flow, runId, step }: GangPlace, control: string, start: string): string {
  return `${gangsPrefix(flow, runId, step)}${taskPart(control)}.${encodeName("start", start)}.`;
}

export function gangResultKey(gang: GangPlace, control: string, start: string, task: string): string {
  return `${gangResultsPrefix(gang, control, start)}${taskPart(task)}.json`;
}

/** The commit of a gang: which of its starts counts. */
export function gangKey({ flow, runId, step }: GangPlace, control: string): string {
  return `${gangsPrefix(flow, runId, step)}${taskPart(control)}.json`;
}

type GangPlace = Pick<GangRef, "flow" | "runId" | "step">;

function gangsPrefix(flow: string, runId: string, step: string): string {
  return `${runFolder(flow, runId)}/gangs/${stepPart(step)}/`;
}

export function logKey(log: LogRef, chunk: number): string {
  const attempt = `${taskPart(log.task)}.${count("attempt", log.attempt)}`;
  const name = `${attempt}.${count("log chunk", chunk, CHUNK_DIGITS)}.log`;
  return `${runFolder(log.flow, log.runId)}/logs/${stepPart(log.step)}/${name}`;
}

/** Where the data lies that a run's steps kept beside their artifacts. */
export function dataPrefix(flow: string, runId: string): string {
  return `data/${encodeName("flow", flow)}/${encodeName("run", runId)}/`;
}

export function blobKey(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw errors.STORAGE_NAME_INVALID({ kind: "blob", name: sha256, reason: "it is no sha-256 in lower-case hex" });
  }
  return `${BLOBS_PREFIX}${sha256.slice(0, 2)}/${sha256}`;
}
