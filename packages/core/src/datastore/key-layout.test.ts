import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKey } from "./check-key.js";
import {
  BLOBS_PREFIX,
  blobKey,
  decodeName,
  encodeName,
  FLOWS_PREFIX,
  FORMAT_KEY,
  failedKey,
  failedPrefix,
  gangKey,
  gangResultKey,
  gangResultsPrefix,
  heartbeatKey,
  logKey,
  runIndexKey,
  runIndexPrefix,
  runKey,
  taskKey,
  tasksPrefix,
} from "./key-layout.js";
import { parseKey } from "./parse-key.js";

const HOSTILE = [
  "..",
  ".",
  "/",
  "../..",
  "a/b",
  "a.json",
  "\0",
  "a\nb",
  "é",
  "😀",
  "!2f",
  "%2F",
  "-",
  " ",
  "run.json",
  "con",
];

/** Names as people, engines and attackers give them. */
const name = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,30}$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 16 }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^(i\d{1,4})?(-r\d{1,4}){0,2}$/).filter((text) => text !== ""),
);
const place = fc.record({ flow: name, runId: name, step: name, task: name });
const attempt = fc.nat(999);

describe("names", () => {
  it("come back from their escaped form, which is one plain part of a key", () => {
    fc.assert(
      fc.property(name, (text) => {
        const encoded = encodeName("step", text);
        expect(encoded).toMatch(/^[\w!-]+$/);
        expect(decodeName(encoded)).toBe(text);
      }),
    );
  });

  it("never share an escaped form", () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(encodeName("step", a) === encodeName("step", b)).toBe(a === b);
      }),
    );
  });

  it("that cannot be part of a key are refused", () => {
    for (const text of ["", "\ud800", "x".repeat(201), "中".repeat(40), "/".repeat(100)]) {
      expect(() => encodeName("step", text)).toThrow(expect.objectContaining({ code: "MF_STORAGE_NAME_INVALID" }));
    }
    expect(encodeName("step", "x".repeat(200))).toHaveLength(200);
  });

  it("are decoded only from what encoding gives", () => {
    for (const encoded of ["", "a!", "a!2", "!2D", "!2d", "!41", "!c3", "a.b", "a/b", "é", "!ff"]) {
      expect(decodeName(encoded)).toBeNull();
    }
  });
});

describe("keys", () => {
  it("are valid everywhere and stay under their prefix, whatever the names", () => {
    fc.assert(
      fc.property(place, attempt, attempt, fc.nat(2e12), (at, n, chunk, startedAt) => {
        const { flow, runId, step, task } = at;
        const run = runKey(flow, runId).replace(/run\.json$/, "");
        const keys: [string, string][] = [
          [runIndexKey(flow, startedAt, runId), runIndexPrefix(flow)],
          [runKey(flow, runId), run],
          [heartbeatKey(flow, runId), run],
          [taskKey(flow, runId, step, task), tasksPrefix(flow, runId, step)],
          [failedKey(flow, runId, { step, task, attempt: n }), failedPrefix(flow, runId, step)],
          [logKey({ flow, runId, step, task, attempt: n }, chunk), run],
        ];
        for (const [key, prefix] of keys) {
          checkKey(key);
          expect(key.startsWith(prefix) && prefix.startsWith(FLOWS_PREFIX)).toBe(true);
        }
      }),
    );
  });

  it("say what they stand for", () => {
    fc.assert(
      fc.property(place, attempt, attempt, fc.nat(2e12), (at, n, chunk, startedAt) => {
        const { flow, runId, step, task } = at;
        expect(parseKey(runIndexKey(flow, startedAt, runId))).toEqual({ kind: "runIndex", flow, runId });
        expect(parseKey(runKey(flow, runId))).toEqual({ kind: "run", flow, runId });
        expect(parseKey(heartbeatKey(flow, runId))).toEqual({ kind: "heartbeat", flow, runId });
        expect(parseKey(taskKey(flow, runId, step, task))).toEqual({ kind: "task", ...at });
        expect(parseKey(failedKey(flow, runId, { step, task, attempt: n }))).toEqual({
          kind: "failed",
          ...at,
          attempt: n,
        });
        const log = { ...at, attempt: n };
        expect(parseKey(logKey(log, chunk))).toEqual({ kind: "log", ...log, chunk });
        expect(parseKey(gangKey(at, task))).toEqual({ kind: "gang", ...at });
        const [start, member] = [`${step}.${n}`, `${task}.json`];
        const found = parseKey(gangResultKey(at, task, start, member));
        expect(found).toEqual({ kind: "gangResult", ...at, start, member });
        expect(gangResultKey(at, task, start, member).startsWith(gangResultsPrefix(at, task, start))).toBe(true);
      }),
    );
    const sha256 = "ab".repeat(32);
    expect(parseKey(blobKey(sha256))).toEqual({ kind: "blob", sha256 });
    expect(parseKey(FORMAT_KEY)).toEqual({ kind: "format" });
  });

  it("that are no part of the layout stand for nothing", () => {
    const foreign = [
      "",
      "x",
      "flows/F",
      "flows/F/runs/1",
      "flows/F/runs/1/tasks/s/0.txt",
      "flows/F/runs/1/logs/s/0.0.log",
    ];
    const twisted = ["flows/F/index/12-3", "flows/../runs/1/run.json", "blobs/aa/bb", `blobs/aa/${"b".repeat(64)}`];
    for (const key of [...foreign, ...twisted]) expect(parseKey(key)).toBeNull();
    fc.assert(fc.property(fc.string(), (key) => parseKey(key) === null));
  });

  it("are never a folder of another", () => {
    fc.assert(
      fc.property(place, place, attempt, (one, other, n) => {
        const keys = [one, other].flatMap(({ flow, runId, step, task }) => [
          FORMAT_KEY,
          runIndexKey(flow, n, runId),
          runKey(flow, runId),
          heartbeatKey(flow, runId),
          taskKey(flow, runId, step, task),
          failedKey(flow, runId, { step, task, attempt: n }),
          logKey({ flow, runId, step, task, attempt: n }, n),
          gangKey({ flow, runId, step }, task),
          gangResultKey({ flow, runId, step }, task, `${n}`, task),
          `${BLOBS_PREFIX}ab`,
        ]);
        for (const key of keys) expect(keys.filter((candidate) => candidate.startsWith(`${key}/`))).toEqual([]);
      }),
    );
  });

  it("refuse numbers that are none", () => {
    const at = { flow: "F", runId: "1", step: "s", task: "0" };
    for (const attempt of [-1, 0.5, Number.NaN, 2 ** 60]) {
      expect(() => failedKey("F", "1", { ...at, attempt })).toThrow(/attempt/);
    }
    expect(() => logKey({ ...at, attempt: 0 }, 1_000_000)).toThrow(/log chunk/);
    expect(() => blobKey("../../etc/passwd")).toThrow(/blob/);
  });
});

it("sorts the index of runs newest first, also within a millisecond", () => {
  const started = 1_700_000_000_000;
  const runs = Array.from({ length: 50 }, (_, i) => `${started * 1000 + i * 37}`);
  const keys = runs.map((runId) => runIndexKey("F", Math.floor(Number(runId) / 1000), runId));
  expect(keys.toSorted()).toEqual(keys.toReversed());
  // An id that is no time of the run's start does not count, whatever it looks like.
  expect(runIndexKey("F", started + 5000, "1".repeat(16)) < (keys.at(-1) ?? "")).toBe(true);
  expect(runIndexKey("F", started - 5000, "argo-x7f") > (keys[0] ?? "")).toBe(true);
});
