import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { FlowProject } from "./flow-project.js";

/** A program that opens the datastore of a package, says that it is ready, waits for a line, and then writes. */
const CONTENDER = "contender.mjs";

/** The program of the contenders, as a file of their project. */
export const contenderFiles: Readonly<Record<string, string>> = {
  [CONTENDER]: `import { once } from "node:events";
const [from, root, mode, id] = process.argv.slice(2);
const { plugin } = await import(from);
const datastore = await plugin.datastores[0].open(root, process.env);
await datastore.head("warm-up");
process.stdout.write("ready\\n");
await once(process.stdin, "data");
if (mode === "commit") {
  const { written } = await datastore.put("commit", Buffer.from(id), { ifAbsent: true });
  process.stdout.write(written ? "written\\n" : "lost\\n");
} else {
  for (let written = false; !written; ) {
    const found = await datastore.get("counter");
    const next = Buffer.from(String(Number(Buffer.from(found.bytes).toString()) + 1));
    ({ written } = await datastore.put("counter", next, { ifMatch: found.etag }));
  }
  process.stdout.write("written\\n");
}
process.exit(0);
`,
};

export interface ContentionOptions {
  /** The package whose datastore it is. */
  readonly from: string;
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly mode: "commit" | "count";
  readonly processes: number;
}

/** Lets so many processes write at the same moment; the numbers of those that say that they have written. */
export async function contend(project: FlowProject, options: ContentionOptions): Promise<readonly number[]> {
  const { from, root, mode, environment } = options;
  const contenders = Array.from({ length: options.processes }, (_, id) =>
    follow(project.node([CONTENDER, from, root, mode, String(id)], environment)),
  );
  await Promise.all(contenders.map(({ ready }) => ready));
  for (const { child } of contenders) child.stdin.write("go\n");
  const outputs = await Promise.all(contenders.map(({ ended }) => ended));
  return outputs.flatMap((output, id) => (output.includes("written") ? [id] : []));
}

function follow(child: ChildProcessWithoutNullStreams) {
  let output = "";
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("ready")) ready.resolve();
    });
  }
  const ended = new Promise<string>((done, fail) => {
    child.on("error", fail).on("close", (code) => {
      if (code === 0) return done(output);
      ready.reject(new Error(output));
      fail(new Error(output));
    });
  });
  ended.catch(() => undefined);
  return { child, ready: ready.promise, ended };
}
