import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { exampleTask } from "../testing/example-records.js";
import { createLocalDatastore } from "./local-datastore.js";
import { createRecordStore } from "./record-store.js";

/** What the processes of this test do: `node script ACTION ROOT ARGUMENT`. */
const SCRIPT = `
  import { readdirSync, statSync } from "node:fs";
  import { createLocalDatastore } from "./local-datastore.js";
  import { createRecordStore } from "./record-store.js";
  import { withLock } from "./local-lock.js";
  const [action, root, argument] = process.argv.slice(2);
  const datastore = createLocalDatastore(root);
  const actions = {
    async commit() {
      return createRecordStore(datastore).commitTask(JSON.parse(argument));
    },
    async writeForever() {
      for (let i = 0; ; i++) {
        const letter = String.fromCharCode(97 + (i % 26));
        await datastore.put("small/" + i, Buffer.alloc(2000, letter), { ifAbsent: true });
        await datastore.put("large/" + (i % 3), Array.from({ length: 8 }, () => Buffer.alloc(500_000, letter)));
      }
    },
    // Dies in the middle of a write: the file has its first bytes, and the turns that write the others never come.
    async dieWhileWriting() {
      void datastore.put("large/0", Array.from({ length: 8 }, () => Buffer.alloc(500_000, "z")));
      while (readdirSync(root + "/.tmp").every((name) => statSync(root + "/.tmp/" + name).size === 0)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      process.kill(process.pid, "SIGKILL");
    },
    async increment() {
      for (let i = 0; i < Number(argument); ) {
        const { bytes, etag } = await datastore.get("counter");
        const next = Buffer.from(String(Number(Buffer.from(bytes)) + 1));
        if ((await datastore.put("counter", next, { ifMatch: etag })).written) i++;
      }
    },
    async describeForever() {
      for (let i = 0; ; i++) {
        const name = argument + "-" + (i % 10);
        const described = { contentType: "x/" + name, metadata: { is: name } };
        const etag = (await datastore.head("named"))?.etag;
        if (i % 7 === 6) await datastore.delete("named");
        else if (i % 5 === 4) await datastore.put("named", Buffer.from("---"));
        else if (i % 3 === 2) await datastore.put("named", Buffer.from(name), { ...described, ifAbsent: true });
        else if (i % 2 === 1) await datastore.put("named", Buffer.from(name), { ...described, ifMatch: etag });
        else await datastore.put("named", Buffer.from(name), described);
      }
    },
    async dieWithLock() {
      await withLock(argument, () => process.kill(process.pid, "SIGKILL"));
    },
    async tryAll() {
      const code = (promise) => promise.then(() => "done", (error) => error.code);
      return [
        await code(datastore.get("secret/a")),
        await code(datastore.head("secret/a")),
        await code(datastore.list("secret/")),
        await code(datastore.put("readable/b", Buffer.from("b"))),
        await code(datastore.delete("readable/a")),
        await code(datastore.get("readable/a")),
      ];
    },
  };
  console.log(JSON.stringify((await actions[action]()) ?? null));
`;

let folder: string;
let root: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "metaflow-processes-"));
  chmodSync(folder, 0o755);
  script = join(folder, "script.mjs");
  await build({
    stdin: { contents: SCRIPT, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: script,
  });
});
beforeEach(() => {
  root = mkdtempSync(join(folder, "root-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(action: string, argument = "", uid?: number): ChildProcess {
  const options = uid === undefined ? {} : { uid };
  return spawn(process.execPath, [script, action, root, argument], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What the process printed, or undefined where it was killed. */
async function result(child: ChildProcess): Promise<unknown> {
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  await new Promise((resolve) => child.on("close", resolve));
  return text === "" ? undefined : JSON.parse(text);
}

it("lets exactly one of 20 processes commit a task", { timeout: 60_000 }, async () => {
  const records = Array.from({ length: 20 }, (_, attempt) => exampleTask({ attempt }));
  const committed = await Promise.all(records.map((record) => result(start("commit", JSON.stringify(record)))));
  expect(committed.filter((value) => value === true)).toHaveLength(1);
  expect(committed.filter((value) => value === false)).toHaveLength(19);
  const { flow, runId, step, task } = exampleTask();
  const kept = await createRecordStore(createLocalDatastore(root)).readTask(flow, runId, step, task);
  expect(kept).toEqual(records[committed.indexOf(true)]);
});

/** Every object there is, is one that a writer wrote, whole. */
async function expectWholeObjects(): Promise<void> {
  const datastore = createLocalDatastore(root);
  const { keys } = await datastore.list("", { limit: 100_000 });
  expect(keys.filter((key) => !/^(small|large)\/\d+$/.test(key))).toEqual([]);
  for (const key of keys) {
    const { bytes } = (await datastore.get(key)) ?? expect.unreachable();
    const length = key.startsWith("small/") ? 2000 : 4_000_000;
    expect(Buffer.alloc(length, bytes[0]).equals(bytes)).toBe(true);
  }
}

it("keeps whole objects only, whenever a writer is killed", { timeout: 60_000 }, async () => {
  for (let round = 0; round < 8; round++) {
    const child = start("writeForever");
    const ended = result(child);
    while (!existsSync(join(root, "large/0"))) await delay(5);
    await delay(5 + round * 7);
    child.kill("SIGKILL");
    await ended;
    await expectWholeObjects();
    rmSync(join(root, "large"), { recursive: true });
  }
});

it("shows nothing of what a writer had begun when it was killed, and clears it away", { timeout: 60_000 }, async () => {
  await createLocalDatastore(root).put("large/0", Buffer.alloc(4_000_000, "a"));
  expect(await result(start("dieWhileWriting"))).toBeUndefined();
  expect(readdirSync(join(root, ".tmp"))).toHaveLength(1);
  await expectWholeObjects();
  expect((await createLocalDatastore(root).get("large/0"))?.bytes[0]).toBe("a".charCodeAt(0));
  // An hour later it is gone.
  for (const name of readdirSync(join(root, ".tmp"))) utimesSync(join(root, ".tmp", name), 1e9, 1e9);
  await createLocalDatastore(root).put("later", Buffer.from("x"));
  await expect.poll(() => readdirSync(join(root, ".tmp")), { timeout: 10_000 }).toEqual([]);
});

it("shows every object with its own attributes, whoever writes, and is killed", { timeout: 60_000 }, async () => {
  const datastore = createLocalDatastore(root);
  const seen = new Set<string>();
  const look = async () => {
    const found = await datastore.get("named", { attributes: true });
    if (found === null) return;
    const content = Buffer.from(found.bytes).toString();
    seen.add(content);
    const { contentType, metadata } = found;
    const expected = content === "---" ? [undefined, undefined] : [`x/${content}`, { is: content }];
    expect([contentType, metadata]).toEqual(expected);
  };
  for (let round = 0; round < 3; round++) {
    rmSync(root, { recursive: true });
    const children = ["a", "b", "c"].map((writer) => start("describeForever", writer));
    const ended = children.map(result);
    try {
      while (!existsSync(join(root, ".attributes"))) await delay(5);
      for (const until = Date.now() + 700 + round * 11; Date.now() < until; ) await look();
    } finally {
      for (const child of children) child.kill("SIGKILL");
    }
    await Promise.all(ended);
    await look();
  }
  expect(seen.size).toBeGreaterThan(3);
});

it("loses no change where processes swap one object, and some die with its lock", { timeout: 60_000 }, async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("counter", Buffer.from("0"));
  const lock = join(root, ".tmp", `lock-${createHash("sha256").update("counter").digest("hex")}`);
  const dying = Array.from({ length: 6 }, async (_, i) => {
    await delay(i * 60);
    return result(start("dieWithLock", lock));
  });
  const counting = Array.from({ length: 6 }, () => result(start("increment", "60")));
  expect(await Promise.all(counting)).toEqual(Array(6).fill(null));
  expect(await Promise.all(dying)).toEqual(Array(6).fill(undefined));
  await result(start("increment", "1"));
  expect(Buffer.from((await datastore.get("counter"))?.bytes ?? []).toString()).toBe("361");
  expect(readdirSync(join(root, ".tmp"))).toEqual([]);
});

it("tells denied from absent", async ({ skip }) => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && process.platform === "win32") skip("there are no such permissions");
  const datastore = createLocalDatastore(root);
  await datastore.put("secret/a", Buffer.from("a"));
  await datastore.put("readable/a", Buffer.from("a"));
  mkdirSync(join(root, ".tmp"), { recursive: true });
  chmodSync(join(root, "secret"), 0o000);
  for (const part of [".tmp", "readable", ""]) chmodSync(join(root, part), 0o555);
  // Root may do everything, so it does this as nobody.
  const codes = await result(start("tryAll", "", isRoot ? 65534 : undefined));
  for (const part of ["", "secret", "readable", ".tmp"]) chmodSync(join(root, part), 0o755);
  expect(codes).toEqual([...Array(5).fill("MF_DATASTORE_DENIED"), "done"]);
});
