import { createHash, randomFillSync } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject, type Project } from "../lib/cli.ts";
import { bufferFlow } from "../lib/flows.ts";
import { throughput } from "../lib/quantity.ts";
import { median } from "../lib/repeat.ts";
import { atLeastShare } from "../lib/rows.ts";

const SHARE = 0.5;

interface Times {
  readonly write: number;
  readonly read: number;
}

/** A Buffer as an artifact, against a plain file that is written or read and hashed, in turns. */
export const buffer: Benchmark = {
  name: "buffer",
  async run({ folder, quick }) {
    const bytes = (quick ? 128 : 1024) * 1024 * 1024;
    const project = await createProject(folder, bufferFlow(bytes));
    const content = randomFillSync(Buffer.allocUnsafeSlow(bytes));
    const ours: Times[] = [];
    const plain: Times[] = [];
    for (let round = 0; round < 3; round += 1) {
      plain.push(await plainFile(join(folder, "plain"), content));
      ours.push(await artifact(project));
    }
    const speed = (times: readonly Times[], kind: keyof Times) =>
      throughput(bytes, median(times.map((each) => each[kind])));
    const row = (kind: keyof Times, what: string) => {
      const name = `Buffer of ${bytes / 1024 ** 2} MB ${what === "write" ? "written" : "read"} as an artifact`;
      return atLeastShare(
        name,
        speed(ours, kind),
        { what: `${what} and sha-256`, quantity: speed(plain, kind) },
        SHARE,
      );
    };
    return [row("write", "write"), row("read", "read")];
  },
};

async function plainFile(path: string, content: Buffer): Promise<Times> {
  const begin = performance.now();
  createHash("sha256").update(content).digest();
  await writeFile(path, content);
  const written = performance.now();
  createHash("sha256")
    .update(await readFile(path))
    .digest();
  const read = performance.now();
  await rm(path);
  return { write: written - begin, read: read - written };
}

/** Times of whole tasks, less what the first one says that making the Buffer took. */
async function artifact(project: Project): Promise<Times> {
  const { events } = await project.flow(["run"]);
  const duration = (step: string) =>
    events.find((event) => event.type === "task.finished" && event.step === step)?.durationMs ?? Number.NaN;
  const made = Number(events.find(({ type }) => type === "task.log")?.line);
  await rm(project.datastore, { recursive: true });
  return { write: duration("start") - made, read: duration("end") };
}
