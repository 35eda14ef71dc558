import { runWorker } from "./runtime/worker-main.js";
import { KEY_VARIABLE } from "./runtime/worker-protocol.js";

// The process that the driver of a run starts to run tasks in; it ends when the driver does.
// biome-ignore lint/style/noProcessEnv: the key is handed over by the environment, and taken out of the user's sight
const key = process.env[KEY_VARIABLE] ?? "";
// biome-ignore lint/style/noProcessEnv: as above
delete process.env[KEY_VARIABLE];

const endGroup = (): void => {
  // Children that a step started are in this process's group and go with it.
  process.kill(-process.pid, "SIGKILL");
};

process.on("disconnect", endGroup);
runWorker({
  key,
  send: (message) => void process.send?.(message),
  onMessage: (listener) => void process.on("message", listener),
  exit: (code) => process.exit(code),
});
