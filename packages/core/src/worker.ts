import { runWorker } from "./runtime/worker-main.js";
import { type FromWorker, KEY_VARIABLE, WORKER_NODE_OPTIONS } from "./runtime/worker-protocol.js";
import { watchChildren } from "./task/child-processes.js";

// The process that the driver of a run starts to run tasks in; it ends when the driver does.
// biome-ignore-start lint/style/noProcessEnv: what the driver added is read and taken out of the user's sight
const key = process.env[KEY_VARIABLE] ?? "";
delete process.env[KEY_VARIABLE];
const options = process.env.NODE_OPTIONS?.slice(WORKER_NODE_OPTIONS.length);
if (options) process.env.NODE_OPTIONS = options;
else delete process.env.NODE_OPTIONS;
// biome-ignore-end lint/style/noProcessEnv: as above

const endGroup = (): void => {
  // Children that a step started are in this process's group and go with it.
  process.kill(-process.pid, "SIGKILL");
};

process.on("disconnect", endGroup);
watchChildren((pid, gone) => void process.send?.({ type: "detached", pid, gone } satisfies FromWorker));
runWorker({
  key,
  send: (message) => void process.send?.(message),
  onMessage: (listener) => void process.on("message", listener),
  exit: (code) => process.exit(code),
});
