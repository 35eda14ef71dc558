#!/usr/bin/env node
import nodeModule from "node:module";

// An older Node says what it misses in ways that help nobody.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Metaflow needs Node 22.18 or newer; this is Node ${process.versions.node}.\n`);
  process.exit(2);
}
// Imports are dynamic so that the cache is on before anything is compiled.
nodeModule.enableCompileCache?.();
const { main, reportEnded, reportUncaught } = await import("./cli/main.js");
const { readEnvironment } = await import("./config/env.js");

const cli = {
  words: process.argv.slice(2),
  cwd: process.cwd(),
  environment: readEnvironment(),
  stdout: process.stdout,
  stderr: process.stderr,
};
// Loaded code may end the process too: nothing of a command that is not done is a success.
const reportEnd = (code: number): void => {
  process.exitCode = reportEnded(cli, code);
};
process.once("exit", reportEnd);
// Kept before anything is loaded that could take its place.
const { exit } = process;
const end = (code: number): never => {
  process.off("exit", reportEnd);
  return exit.call(process, code);
};
process.once("uncaughtException", async (error) => end(await reportUncaught(cli, error)));
// Code of the user's that was loaded may have left timers and sockets behind.
end(await main(cli));
