import { pathToFileURL } from "node:url";
import picocolors from "picocolors";
import { readEnvironment } from "./config/env.js";
import { formatError } from "./errors/format-error.js";
import { prepareBootstrap } from "./packaging/code/run-bootstrap.js";

/**
 * Makes a place ready, and goes on as the command `metaflow` in it: signals and the exit code are that command's.
 *
 * @param module what offers the datastore, where core does not
 */
export async function bootstrap(module: unknown): Promise<void> {
  try {
    const { program, words, cwd, variables } = await prepareBootstrap(process.argv.slice(2), module, readEnvironment());
    // biome-ignore lint/style/noProcessEnv: the command and its workers are told where the code lies
    Object.assign(process.env, variables);
    process.chdir(cwd);
    process.argv.splice(1, process.argv.length, program, ...words);
    await import(pathToFileURL(program).href);
  } catch (error) {
    process.stderr.write(`${formatError(error, { colors: picocolors, cwd: process.cwd() })}\n`);
    process.exitCode = 2;
  }
}
