#!/usr/bin/env node
import { run } from "./run.js";

process.exitCode = await run({
  words: process.argv.slice(2),
  folder: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
