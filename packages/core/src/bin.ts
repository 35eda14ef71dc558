#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Imports are dynamic so that the cache is on before anything is compiled.
enableCompileCache?.();
const { main, reportUncaught } = await import("./cli/main.js");
const { readEnvironment } = await import("./config/env.js");

const cli = {
  words: process.argv.slice(2),
  cwd: process.cwd(),
  environment: readEnvironment(),
  stdout: process.stdout,
  stderr: process.stderr,
};
process.once("uncaughtException", async (error) => process.exit(await reportUncaught(cli, error)));
// Code of the user's that was loaded may have left timers and sockets behind.
process.exit(await main(cli));
