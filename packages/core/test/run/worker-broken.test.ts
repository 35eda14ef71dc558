/** What a worker process answers to a driver that makes no sense. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { FromWorker, ToWorker } from "../../src/runtime/worker-protocol.js";
import { cliPath } from "../support/cli.js";

it("a task before its run fails with MF_WORKER_BROKEN", async () => {
  const worker = fork(join(dirname(cliPath), "worker.js"), {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const spec = { step: "start", address: [], attempt: 0, inputs: [] };
  worker.send({ type: "task", number: 1, spec, secrets: [] } satisfies ToWorker);
  const [answer] = (await once(worker, "message")) as [FromWorker];
  expect(answer).toMatchObject({ type: "ended", number: 1, end: { error: { code: "MF_WORKER_BROKEN" } } });
  expect(answer).toHaveProperty("unclean", "the task could not be started");
  worker.disconnect();
  expect(await once(worker, "exit")).toEqual([null, "SIGKILL"]);
});
